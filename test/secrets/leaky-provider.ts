import { manifestOf, packageFiles, providerSource } from '../support/third-party.ts';

/** A provider that prints, shows and throws what it is told. */
export const leakyProvider: Readonly<Record<string, string>> = packageFiles({
  'package.json': manifestOf({ fixture: './fixture.js' }),
  'provider.js': providerSource(
    '',
    `process.stdout.write(String(options.token)); throw new Error('cannot use ' + options.token + ' ' + btoa(options.token));`,
  ),
  'fixture.js': `export const fixture = { start: async () => ({
    backupStore: { options: {}, broken: {} },
    check: { passing: { token: 'of-the-fixture' }, failing: {}, broken: {} },
    secrets: ['of-the-fixture'],
    stop: async () => {},
  }) };`,
});

/** A smoke test that tells it a secret of the environment. */
export const leakyTest = `{ name: leaks, check: { provider: leaky, options: { token: "\${env.DEPLOY_TOKEN}" } } }`;
