import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lockTimeout, parseDuration, readSettings } from '../../engine/cli/settings.ts';
import { wantsColour } from '../../engine/cli/terminal.ts';
import { testSystem } from '../support/servers.ts';

const noFlags = {
  chdir: undefined,
  config: undefined,
  as: undefined,
  logLevel: undefined,
  input: undefined,
  quiet: false,
  noColor: false,
};

const systemWith = (env: Readonly<Record<string, string>>) => testSystem({ env: (name) => env[name] });
const settingsWith = (env: Readonly<Record<string, string>>, flags: object = {}) =>
  readSettings(systemWith(env), { ...noFlags, ...flags }).settings;

test('durations are a number with its unit', () => {
  expect(['500ms', '30s', '5m', '0s'].map(parseDuration)).toEqual([500, 30_000, 300_000, 0]);
  expect(['', '30', '-1s', '1.5s', '1h', 's', '30 s', '30S', '9999999999s'].map(parseDuration)).toEqual(
    Array.from({ length: 9 }, () => undefined),
  );
});

test('every duration of up to a day is read as it was written', () => {
  const units = fc.constantFrom(['ms', 1] as const, ['s', 1000] as const, ['m', 60_000] as const);
  fc.assert(
    fc.property(fc.nat(2000), units, (count, [unit, size]) => {
      const expected = count * size <= 86_400_000 ? count * size : undefined;
      expect(parseDuration(`${count}${unit}`)).toBe(expected);
    }),
  );
});

test('reading waits for a lock, writing does not, and both can be told otherwise', () => {
  expect(lockTimeout(systemWith({}), undefined, 'read').milliseconds).toBe(30_000);
  expect(lockTimeout(systemWith({}), undefined, 'write').milliseconds).toBe(0);
  expect(lockTimeout(systemWith({ M3FORGE_LOCK_TIMEOUT: '2s' }), undefined, 'write').milliseconds).toBe(2000);
  expect(lockTimeout(systemWith({ M3FORGE_LOCK_TIMEOUT: '2s' }), '1m', 'write').milliseconds).toBe(60_000);
});

test('the actor is who was named, then who started the CI run, then the user of the machine', () => {
  const env = { M3FORGE_ACTOR: 'alice', GITHUB_ACTOR: 'bob', GITLAB_USER_LOGIN: 'carol' };
  expect(settingsWith(env, { as: 'dave' }).identity.name).toBe('dave');
  expect(settingsWith(env).identity.name).toBe('alice');
  expect(settingsWith({ ...env, M3FORGE_ACTOR: '' }).identity.name).toBe('bob');
  expect(settingsWith({ GITLAB_USER_LOGIN: 'carol' }).identity.name).toBe('carol');
  expect(settingsWith({}).identity.name).toBe(testSystem().processes.self.user);
});

test('the CI run is known by its page', () => {
  const github = {
    GITHUB_SERVER_URL: 'https://git.example',
    GITHUB_REPOSITORY: 'acme/workflows',
    GITHUB_RUN_ID: '4711',
    GITHUB_RUN_NUMBER: '12',
  };
  expect(settingsWith(github).ciRun).toBe('https://git.example/acme/workflows/actions/runs/4711');
  expect(settingsWith({ ...github, GITEA_ACTIONS: 'true' }).ciRun).toBe(
    'https://git.example/acme/workflows/actions/runs/12',
  );
  expect(settingsWith({ CI_JOB_URL: 'https://gitlab.example/acme/-/jobs/9' }).ciRun).toBe(
    'https://gitlab.example/acme/-/jobs/9',
  );
  expect(settingsWith({}).ciRun).toBeNull();
});

test('questions are forbidden by flag or variable; the flag goes first', () => {
  expect(settingsWith({}).input).toBe(true);
  expect(settingsWith({}, { input: 'false' }).input).toBe(false);
  expect(settingsWith({ M3FORGE_INPUT: 'false' }).input).toBe(false);
  expect(settingsWith({ M3FORGE_INPUT: 'false' }, { input: true }).input).toBe(true);
  expect(settingsWith({ M3FORGE_INPUT: 'false' }, { input: 'true' }).input).toBe(true);
});

test('colours: --no-color, then FORCE_COLOR, then NO_COLOR and TERM=dumb, then the terminal', () => {
  const colours = (env: Readonly<Record<string, string>>, isTTY: boolean, noColor = false) =>
    wantsColour({ isTTY }, (name) => env[name], noColor);
  expect(colours({}, true)).toBe(true);
  expect(colours({}, false)).toBe(false);
  expect(colours({ NO_COLOR: '1' }, true)).toBe(false);
  expect(colours({ NO_COLOR: '' }, true)).toBe(true);
  expect(colours({ TERM: 'dumb' }, true)).toBe(false);
  expect(colours({ FORCE_COLOR: '1' }, false)).toBe(true);
  expect(colours({ FORCE_COLOR: '0' }, true)).toBe(false);
  expect(colours({ FORCE_COLOR: '1', NO_COLOR: '1' }, false)).toBe(true);
  expect(colours({ FORCE_COLOR: '1' }, true, true)).toBe(false);
});
