import { expect, test } from 'vitest';
import { winnersOf } from '../../engine/config/index.ts';
import { complaints, loaded } from './project.ts';

const configuration = (global: string, own = ''): string => `version: 1
project: x
variables: { ${global} }
environments: { dev: { type: development, variables: { ${own} } } }
targets: { t: { environment: dev, version: latest } }
`;

test('an environment comes before the global defaults, and each winner says where it stands', async () => {
  const config = await loaded(configuration('A: global, B: 1.5, C: true', 'A: own, D: { value: 7, secret: false }'));
  const environment = config.environments.get('dev');
  if (!environment) throw new Error('no environment');
  expect(
    winnersOf(config, environment).map(({ variable, from, over }) => [
      variable.name,
      variable.value,
      from,
      over?.value,
    ]),
  ).toEqual([
    ['A', 'own', 'environment', 'global'],
    ['B', '1.5', 'global', undefined],
    ['C', 'true', 'global', undefined],
    ['D', '7', 'environment', undefined],
  ]);
  expect(winnersOf(config, environment)[0]?.variable.range.start.line).toBe(4);
});

test('a secret is refused until it can be sealed, whichever way it is written, and once', async () => {
  const secret = 'are known, but not available yet: m3forge cannot seal them, and keeps none in plain text.';
  expect(
    await complaints(configuration('A: { secret: true, value: "${env.A}" }', 'B: { is_secret: true, value: x }')),
  ).toEqual([
    `config-not-available m3forge.yaml:3:27 Secret variables, such as "A", ${secret}`,
    `config-not-available m3forge.yaml:4:72 Secret variables, such as "B", ${secret}`,
  ]);
});

test('names, values and spellings that cannot be are refused, and what sounds secret is warned of', async () => {
  const long = 'x'.repeat(65_537);
  expect(await complaints(configuration('"a b": x, 1A: x'))).toMatchObject([
    expect.stringMatching(/^config-invalid-variable .* "a b" cannot be the name of a variable/),
    expect.stringMatching(/^config-invalid-variable .* "1A" cannot be/),
  ]);
  expect(await complaints(configuration(`A: "${long}"`))).toMatchObject([
    expect.stringMatching(/^config-invalid-variable .* "A" is longer than 65536 characters/),
  ]);
  expect(await complaints(configuration('A: { secret: false, is_secret: true, value: x }'))).toMatchObject([
    expect.stringMatching(/^config-not-available/),
    expect.stringMatching(/^config-alias-conflict .*variables.A.secret/),
  ]);
  expect(await complaints(configuration('A: "${env.A}"'))).toMatchObject([
    expect.stringMatching(/^config-not-available .*Expressions/),
  ]);
  expect(await complaints(configuration('STRIPE_API_KEY: sk_test'))).toMatchObject([
    expect.stringMatching(/^config-literal-password .*STRIPE_API_KEY/),
  ]);
});
