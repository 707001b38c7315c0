import { type Diagnostic, problem } from '../diagnostics/index.ts';
import type { Identity } from '../operations/index.ts';
import { type LogLevel, logLevels, type System } from '../system/index.ts';
import { Secret } from '../values/index.ts';

/** The flags that every command has, as they were written. */
export interface GlobalFlags {
  readonly chdir: string | undefined;
  readonly config: string | undefined;
  readonly as: string | undefined;
  readonly logLevel: string | undefined;
  /** True for `--input` alone. */
  readonly input: string | boolean | undefined;
  readonly quiet: boolean;
  readonly noColor: boolean;
}

/** What the flags and the environment come to. */
export interface Settings {
  readonly directory: string | undefined;
  readonly configFile: string | undefined;
  readonly identity: Identity;
  readonly ciRun: string | null;
  readonly logLevel: LogLevel;
  /** Whether people may be asked; that there is somebody to ask is another matter. */
  readonly input: boolean;
  readonly quiet: boolean;
}

/** A value that was given as a flag or, failing that, as an environment variable; with the name to complain about. */
const given = (system: System, flag: string | undefined, name: string, variable: string) => {
  if (flag !== undefined) return { name, text: flag };
  const text = system.env(variable);
  return text === undefined || text === '' ? undefined : { name: variable, text };
};

const badValue = (name: string, text: string, hint: string): Diagnostic =>
  problem('usage-flag-value', { detail: `${name} is "${text}".`, hint });

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };
const longestWaitMs = 24 * 60 * 60_000;

/** `30s`, `5m` or `500ms` in milliseconds; undefined where it is none of these. */
export const parseDuration = (text: string): number | undefined => {
  const [, count, unit] = /^(\d{1,9})(ms|s|m)$/.exec(text) ?? [];
  const milliseconds = Number(count) * (units[unit ?? ''] ?? Number.NaN);
  return milliseconds <= longestWaitMs ? milliseconds : undefined;
};

/** How long to wait for a lock; reading waits 30 seconds by default, writing does not wait. */
export const lockTimeout = (
  system: System,
  flag: string | undefined,
  kind: 'read' | 'write',
): { readonly milliseconds: number; readonly problems: readonly Diagnostic[] } => {
  const value = given(system, flag, '--lock-timeout', 'M3FORGE_LOCK_TIMEOUT');
  if (!value) return { milliseconds: kind === 'read' ? 30_000 : 0, problems: [] };
  const milliseconds = parseDuration(value.text);
  if (milliseconds !== undefined) return { milliseconds, problems: [] };
  const hint = /^\d{1,6}$/.test(value.text)
    ? `Name the unit. Did you mean ${value.text}s?`
    : 'Write a number with a unit, at most a day: 500ms, 30s or 5m.';
  return { milliseconds: 0, problems: [badValue(value.name, value.text, hint)] };
};

/** The page of the CI run on whose behalf this happens, as GitHub, Gitea and GitLab tell it. */
const ciRunOf = ({ env }: System): string | null => {
  const [server, repository] = [env('GITHUB_SERVER_URL'), env('GITHUB_REPOSITORY')];
  // Gitea's pages are numbered by repository, GitHub's by their own id.
  const run = env('GITEA_ACTIONS') ? env('GITHUB_RUN_NUMBER') : env('GITHUB_RUN_ID');
  if (server && repository && run) return `${server}/${repository}/actions/runs/${run}`;
  return env('CI_JOB_URL') ?? null;
};

/** A name that is meant, one that is found around, or that of the login; and the token, which says more than any name. */
const identityOf = (system: System, flag: string | undefined): Identity => {
  const named = flag ?? system.env('M3FORGE_ACTOR');
  const around = ['GITHUB_ACTOR', 'GITLAB_USER_LOGIN'].map(system.env).find((name) => name);
  const token = system.env('M3FORGE_TOKEN');
  return {
    name: named || around || system.processes.self.user,
    isNamed: Boolean(named),
    token: token ? new Secret(token) : undefined,
  };
};

const readLogLevel = (system: System, flag: string | undefined, problems: Diagnostic[]): LogLevel => {
  const value = given(system, flag, '--log-level', 'M3FORGE_LOG_LEVEL');
  const level = logLevels.find((known) => known === value?.text);
  if (value && !level) problems.push(badValue(value.name, value.text, `It can be ${logLevels.join(', ')}.`));
  return level ?? 'warn';
};

const readInput = (system: System, flag: string | boolean | undefined, problems: Diagnostic[]): boolean => {
  if (flag === true) return true;
  const value = given(system, flag || undefined, '--input', 'M3FORGE_INPUT');
  if (!value || value.text === 'true') return true;
  if (value.text !== 'false') problems.push(badValue(value.name, value.text, 'It can be true or false.'));
  return false;
};

/** Reads the global flags with the environment behind them; all that is wrong with them at once. */
export const readSettings = (
  system: System,
  flags: GlobalFlags,
): { readonly settings: Settings; readonly problems: readonly Diagnostic[] } => {
  const problems: Diagnostic[] = [];
  if (flags.as?.trim() === '') problems.push(badValue('--as', flags.as, 'Name who this is done by.'));
  const settings: Settings = {
    directory: given(system, flags.chdir, '--chdir', 'M3FORGE_CHDIR')?.text,
    configFile: given(system, flags.config, '--config', 'M3FORGE_CONFIG')?.text,
    identity: identityOf(system, flags.as),
    ciRun: ciRunOf(system),
    logLevel: readLogLevel(system, flags.logLevel, problems),
    input: readInput(system, flags.input, problems),
    quiet: flags.quiet,
  };
  return { settings, problems };
};
