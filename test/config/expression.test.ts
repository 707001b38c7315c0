import { expect, test } from 'vitest';
import { expandExpression, passwordsIn, withItsParts } from '../../engine/config/index.ts';
import { Secret } from '../../engine/values/index.ts';
import { systemAt } from './project.ts';

const start = { line: 4, column: 9, byte: 30 };
const range = { filename: 'm3forge.yaml', start, end: start };
const expand = (text: string, env: Readonly<Record<string, string>> = {}) =>
  expandExpression({ text, range }, systemAt('/', env));

test('both spellings are resolved, and the result is a secret', () => {
  const outcome = expand(`postgresql://\${env.USER}:\${PASSWORD}@h/x`, { USER: 'u', PASSWORD: `p\${USER}` });
  if (!outcome.ok) throw new Error('refused');
  expect(String(outcome.value)).toBe('***');
  // What a variable holds is never resolved again.
  expect(outcome.value.reveal()).toBe(`postgresql://u:p\${USER}@h/x`);
});

test('each variable that is not set, or empty, is one problem at the expression', () => {
  expect(expand(`\${env.A}\${B}\${C}`, { B: 'x', C: '' }).diagnostics).toMatchObject([
    {
      code: 'config-missing-variable',
      detail: 'The configuration needs the environment variable A, which is not set.',
      hint: 'Set it:\n    export A=…',
      range,
    },
    { code: 'config-missing-variable', range },
  ]);
});

test.each([
  ['postgresql://u:hun%40ter@h/x', ['hun%40ter', 'hun@ter']],
  ['postgresql://h/x?a=b&password=p%25w&c=d', ['p%25w', 'p%w']],
  ["host=h password='hun ter' user=u", ['hun ter']],
  ['host=h password=hunter user=u', ['hunter']],
  ['postgresql://u:100%@h/x', ['100%']],
  ['postgresql://u@h/x', []],
])('the passwords inside %s', (url, expected) => {
  expect(passwordsIn(new Secret(url)).map((one) => one.reveal())).toEqual(expected);
});

test.each([
  ['https://hooks.slack.com/services/T0000/B0000/XXXXXXXXXXXXXXXXXXXXXXXX', ['XXXXXXXXXXXXXXXXXXXXXXXX']],
  ['smtp://bot:a%2Fb-and-c@mail.example', ['a%2Fb-and-c', 'a/b-and-c']],
  ['https://a-token-for-this-one@x.example/', ['a-token-for-this-one']],
  ['https://x.example/hooks?key=short&v=2&to=0123456789abcdef', ['short', '0123456789abcdef']],
  ['whsec_AAAA', []],
  ['no URL', []],
])('of the secret %s what may be repeated alone is a secret too', (value, parts) => {
  const all = withItsParts(new Secret(value)).map((secret) => secret.reveal());
  expect([...new Set(all)]).toEqual([value, ...parts]);
});
