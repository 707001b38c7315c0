import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRedactor, isSecretName, Secret } from '../../engine/values/index.ts';
import { run } from '../cli/run.ts';
import { encode, encodingNames } from './canaries.ts';

const redactorOf = (...values: readonly string[]) => {
  const redactor = createRedactor();
  for (const value of values) redactor.add(new Secret(value));
  return redactor;
};

test('a secret is taken out of any text, in every encoding', () => {
  const values = fc.string({ unit: 'binary', minLength: 8, maxLength: 40 }).filter((value) => value.isWellFormed());
  fc.assert(
    fc.property(values, fc.constantFrom(...encodingNames), (value, encoding) => {
      const shown = encode(encoding, value);
      expect(redactorOf(value).redact(`before ${shown} after`)).not.toContain(shown);
    }),
  );
});

test.each(['', 'u', 'us', 'user'])('inside of what was encoded as a whole, such as %j:password', (user) => {
  const value = 'correct horse battery';
  for (const encoding of ['base64', 'base64url'] as const) {
    const shown = Buffer.from(`${user}:${value}, and so on`).toString(encoding);
    const left = redactorOf(value).redact(`Authorization: Basic ${shown}`);
    const rest = Buffer.from(left.replace(/.*Basic /, '').replace(/\*\*\*.*/, ''), encoding).toString('latin1');
    expect(left).toContain('***');
    expect(rest).not.toContain(value.slice(0, 4));
  }
});

test('each line of one that has several, because views indent them', () => {
  const key = '-----BEGIN KEY-----\nMIIBVgIBADANBgkqhkiG\nw0BAQEFAASCAUAwggE8\n-----END KEY-----';
  const shown = key.replaceAll('\n', '\n│ ');
  expect(redactorOf(key).redact(shown)).toBe('***\n│ ***\n│ ***\n│ ***');
});

test('a secret that contains another leaves nothing behind', () => {
  expect(redactorOf('hunter', 'hunter-and-more').redact('hunter-and-more hunter')).toBe('*** ***');
});

test('JSON inside JSON, capital digits, and the plus of a form', () => {
  const { redact } = redactorOf('a "quoted" word');
  expect(redact(JSON.stringify({ log: JSON.stringify({ a: 'a "quoted" word' }) }))).not.toContain('quoted');
  expect(redact(Buffer.from('a "quoted" word').toString('hex').toUpperCase())).toBe('***');
  expect(redact('?q=a+%22quoted%22+word')).toBe('?q=***');
  expect(redact('?q=a%20%22quoted%22%20word'.replaceAll('%22', '%22'))).toBe('?q=***');
});

test('what is too short to be a secret is left alone', () => {
  expect(redactorOf('abc', '').redact('abcdef')).toBe('abcdef');
});

test.each(['DEPLOY_TOKEN', 'PGPASSWORD', 'AWS_SECRET_ACCESS_KEY', 'API_KEY', 'apikey', 'access_token', 'sig', 'key'])(
  '%s names a secret',
  (name) => expect(isSecretName(name)).toBe(true),
);

test.each(['PATH', 'TOKEN_FILE', 'AWS_ACCESS_KEY_ID', 'MONKEY', 'tokens_per_page', 'author', 'HOME'])(
  '%s names none',
  (name) => expect(isSecretName(name)).toBe(false),
);

test('the secrets of the environment are known before the first word is said', async () => {
  const { stderr } = await run(['plan', '--hunter2-and-more'], {
    env: { DEPLOY_TOKEN: 'hunter2-and-more', DEBUG_TOKEN: 'true' },
    system: { envNames: () => ['DEPLOY_TOKEN', 'DEBUG_TOKEN'] },
  });
  expect(stderr).toContain('has no flag --***');
});
