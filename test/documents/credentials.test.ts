import { expect, test } from 'vitest';
import { parseYaml, withoutCredentials } from '../../engine/documents/index.ts';
import { showableLine } from '../../engine/documents/source-map.ts';

test.each([
  ['postgresql://u:hunter2@h/x', 'postgresql://u:***@h/x'],
  ['postgresql://u:hun@ter/2@h/x', 'postgresql://u:***@h/x'],
  ['postgresql://h/x?password=hunter2&a=b', 'postgresql://h/x?password=***&a=b'],
  ['https://hunter2@h/x.git', 'https://***@h/x.git'],
  ['https://hunter2:x-oauth-basic@h/x.git', 'https://***@h/x.git'],
  ['ssh://git:hunter2@h/x.git', 'ssh://***@h/x.git'],
  ['host=h user=u password=hunter2', 'host=h user=u password=***'],
  ['https://h/status?access_token=hunter2&at=1', 'https://h/status?access_token=***&at=1'],
  ['GET /?at=1&api_key=hunter2', 'GET /?at=1&api_key=***'],
  ["password = 'hun ter2' host=h", 'password = *** host=h'],
])('%s is shown as %s', (text, shown) => {
  expect(withoutCredentials(text)).toBe(shown);
});

test.each([
  `postgresql://u:\${env.P}@h/x`,
  `host=h password=\${env.P}`,
  'postgresql://u@h:5432/x?sslmode=require',
  'https://example.com:8080/status?at=1',
  'git@host:team/x.git',
])('%s gives nothing away', (text) => {
  expect(withoutCredentials(text)).toBe(text);
});

test.each([
  'url: "host=h user=u password=hunter2"',
  "url: 'host=h password=''hunter2'' user=u'",
  'url: host=h password=hunter2',
  'x: { url: "password=hun\\"ter2", schema: hunter }',
  'url: https://hunter2@host/x',
  'secret_access_key: hunter2',
  'AWS_SECRET_ACCESS_KEY: "hunter2"',
  "private_key: 'hun''ter2'",
  'passphrase: a hunter2, and more',
  'x: { name: a, credentials: hunter2, key: hunter2 }',
  '{"a":1,"signing_key":"hunter2","webhook_url":"https://x/hunter2"}',
  'x: { secret: true, value: hunter2 }',
  `token: "\${env.A}hunter2"`,
  'password: true-hunter2',
  'credentials: [hunter2, b]',
  'credentials: { user: a, pin: hunter2 }',
])('the line of %s is shown without its password', async (text) => {
  const parsed = await parseYaml({ filename: 'f.yaml', text });
  if (!parsed.ok) throw new Error('refused');
  const { line } = parsed.value.locate([]);
  expect(line).toContain('***');
  expect(line).not.toMatch(/hunter2|ter2/);
});

test('what is no secret is shown as it is', async () => {
  const text = `x: { token: "\${env.A}", secret: true, keyboard: a, note: 'b # c', url: https://h/x }`;
  expect(showableLine(text)).toBe(text);
  expect(showableLine('x: { password: a, url: b } # why')).toBe('x: { password: ***, url: b } # why');
  expect(showableLine('password: a b # why')).toBe('password: *** # why');
});
