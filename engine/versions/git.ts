import { type DiagnosticCode, type Refusal, refuse } from '../diagnostics/index.ts';
import { withoutCredentials } from '../documents/index.ts';
import type { Child, RunResult, System } from '../system/index.ts';
import type { RemoteScheme } from '../values/index.ts';

/**
 * Before every command. Nothing that a repository's configuration says may run a program or reach the network: no hooks,
 * no file system monitor, no transport (which also keeps a partial clone from fetching what it lacks), no locks taken.
 */
const guards: readonly string[] = [
  '--no-pager',
  '--no-optional-locks',
  '--no-replace-objects',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'protocol.allow=never',
  '-c',
  'gc.auto=0',
  '-c',
  'maintenance.auto=false',
];

/** What a child may know: where programs and the user's own settings are. `GIT_DIR` of a hook that runs us must not leak in. */
const inherited = ['PATH', 'HOME', 'XDG_CONFIG_HOME', 'GIT_CONFIG_GLOBAL', 'TMPDIR', 'SystemRoot'];

const environment = (system: System): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(inherited.flatMap((name) => [[name, system.env(name)]]).filter(([, value]) => value)),
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_NO_LAZY_FETCH: '1',
});

/** Why Git could not do it, recognised by the words it has used for many versions. */
const faults: readonly {
  readonly words: RegExp;
  readonly code: DiagnosticCode;
  readonly says: string;
  readonly hint?: string;
}[] = [
  {
    words: /dubious ownership/,
    code: 'source-unreadable',
    says: 'belongs to another user, and Git refuses to read it',
    hint: 'Tell Git that it may be trusted:\n    git config --global --add safe.directory DIRECTORY',
  },
  {
    words: /not a git repository/i,
    code: 'source-not-a-repository',
    says: 'is no Git repository',
    hint: 'source.repository names a repository or a Git bundle file.',
  },
  {
    words: /permission denied|cannot change to/i,
    code: 'source-unreadable',
    says: 'cannot be read by this user',
  },
  {
    words: /lacks these prerequisite commits/,
    code: 'source-bundle-incomplete',
    says: 'holds only part of the history',
    hint: 'Make it whole:\n    git bundle create FILE --all',
  },
  {
    words:
      /missing (blob|tree|commit|tag|object)|missing object|unable to read tree|promisor|could not fetch|transport .* not allowed/i,
    code: 'source-object-missing',
    says: 'lacks objects of its history (a shallow or partial clone)',
    hint: 'Fetch the rest:\n    git fetch --unshallow --tags',
  },
];

/** The first complaint; what follows it is advice, or goes on in the middle of a sentence. */
export const complaintIn = (stderr: string): string => {
  const lines = stderr.trim().split('\n');
  const line = lines.find((one) => /^(fatal|error): /.test(one)) ?? lines.at(-1) ?? '';
  return withoutCredentials(line)
    .replace(/^(fatal|error): /, '')
    .replace(/\p{Cc}/gu, ' ')
    .replace(/\.+$/, '')
    .slice(0, 200);
};

/** What a failed command means for the one who named this source. */
export const explainGit = (label: string, stderr: string): Refusal => {
  const fault = faults.find(({ words }) => words.test(stderr));
  if (fault) return refuse(fault.code, { detail: `${label} ${fault.says}.`, hint: fault.hint });
  return refuse('source-corrupt', {
    detail: `Git cannot read ${label}: ${complaintIn(stderr) || 'it ended without a word'}.`,
    hint: 'See what is damaged:\n    git fsck',
  });
};

/** What Git may know besides when it asks another host: how to get out, whom to trust, and how to say who we are. */
const inheritedOutside: readonly RegExp[] = [
  /^(?:https?|all|no)_proxy$/i,
  /^SSH_(?:AUTH_SOCK|AGENT_PID)$/,
  /^GIT_(?:SSH|SSH_COMMAND|SSH_VARIANT|ASKPASS|SSL_CAINFO|SSL_CAPATH|SSL_CERT|SSL_KEY|PROXY_SSL_CAINFO)$/,
  /^GIT_CONFIG_(?:COUNT|KEY_\d+|VALUE_\d+|SYSTEM|NOSYSTEM)$/,
  /^(?:SSL_CERT_FILE|SSL_CERT_DIR|CURL_CA_BUNDLE|USER|LOGNAME|XDG_RUNTIME_DIR)$/,
];

/** A command of Git that may speak to another host. Nobody is asked for a password: helpers know it, or there is none. */
export interface OutsideOptions {
  readonly scheme: RemoteScheme;
  /** It is ended when this much time has passed. */
  readonly timeoutMs: number;
  readonly input?: string;
}

/** The transports that are open: the one that is named, and those that the user's own settings may lead it to. */
const openTransports = ({ scheme }: OutsideOptions): readonly string[] => [
  ...[...new Set([scheme, 'https', 'ssh'])].flatMap((name) => ['-c', `protocol.${name}.allow=always`]),
  ...['-c', 'http.lowSpeedLimit=100', '-c', 'http.lowSpeedTime=60'],
];

const outsideEnvironment = (system: System): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(
    system
      .envNames()
      .filter((name) => inheritedOutside.some((pattern) => pattern.test(name)))
      .map((name) => [name, system.env(name) ?? '']),
  ),
  SSH_ASKPASS_REQUIRE: 'never',
});

const requireGit = (result: RunResult): void => {
  if (result.startError === undefined) return;
  throw refuse('git-missing', {
    detail: `The program git cannot be started (${result.startError}).`,
    hint: 'Install Git 2.30 or newer, and make sure that it is on the PATH.',
  });
};

/** Ends a process whose answers nobody reads any more. */
export const endChild = async (child: Child): Promise<void> => {
  child.kill();
  // What nobody reads any more would keep the stream open, and with it the child's end from being reported.
  child.stdout.destroy();
  child.stderr.destroy();
  child.stdin.destroy();
  await child.end;
};

export interface Git {
  /** Runs to the end. A failure is a value here: the exit code and what Git said. */
  readonly attempt: (args: readonly string[], extra?: readonly string[], input?: string) => Promise<RunResult>;
  /** Runs to the end and returns what it printed; a failure is thrown as the `Refusal` that it means. */
  readonly read: (args: readonly string[], extra?: readonly string[], input?: string) => Promise<Buffer>;
  readonly start: (args: readonly string[]) => Child;
  /** Runs to the end, with another host at the other side. A failure is a value, as is a time that ran out. */
  readonly outside: (args: readonly string[], options: OutsideOptions) => Promise<RunResult>;
}

/** Git in one directory or repository. `location` is `-C DIRECTORY` or `--git-dir=DIRECTORY`; `label` names it to people; `variables` go into its environment. */
export const gitAt = (
  system: System,
  location: readonly string[],
  label: string,
  variables: Readonly<Record<string, string>> = {},
): Git => {
  const line = (args: readonly string[], extra: readonly string[] = []) => [...guards, ...extra, ...location, ...args];
  const env = { ...environment(system), ...variables };
  const attempt: Git['attempt'] = async (args, extra, input) => {
    const result = await system.processes.run('git', line(args, extra), { env, ...(input !== undefined && { input }) });
    requireGit(result);
    return result;
  };
  return {
    attempt,
    read: async (args, extra, input) => {
      const result = await attempt(args, extra, input);
      if (result.exitCode !== 0) throw explainGit(label, result.stderr.toString('utf8'));
      return result.stdout;
    },
    start: (args) => system.processes.start('git', line(args), { env }),
    outside: async (args, options) => {
      const result = await system.processes.run('git', line(args, openTransports(options)), {
        env: { ...env, ...outsideEnvironment(system) },
        timeoutMs: options.timeoutMs,
        ...(options.input !== undefined && { input: options.input }),
        signal: system.interrupted,
      });
      requireGit(result);
      if (system.interrupted.aborted) {
        throw refuse('release-interrupted', { detail: `Interrupted while ${label} was read.` });
      }
      return result;
    },
  };
};
