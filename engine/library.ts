import { resolve } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { builtIn } from './built-in.ts';
import type { Outcome } from './diagnostics/index.ts';
import * as operations from './operations/index.ts';
import { createProviderHost } from './provider/index.ts';
import { createLog, realSystem } from './system/index.ts';
import { createRedactor, isSecretName, type Redactor, Secret } from './values/index.ts';

// m3forge for programs: the operations of the command line, with the process's own clock, environment and providers.

export type { Diagnostic, Outcome, Position, SourceRange } from './diagnostics/index.ts';
export type {
  AppliedSection,
  ApplyReport,
  HistoryEntry,
  PlanDocument,
  PlanSection,
  ReleaseEvent,
  TargetStatus,
  Validation,
} from './operations/index.ts';

/** What every call may be told. */
export interface CallOptions {
  /** Where `m3forge.yaml` is looked for, here and above; the working directory where it is not given. */
  readonly directory?: string;
  /** The configuration itself, relative to the directory. */
  readonly configFile?: string;
  /** Who asks, for leases, releases and the audit trail; the user of this machine where it is not given. */
  readonly actor?: string;
  /** What proves who asks, where they have a token; it is never read from the environment here. */
  readonly token?: string;
  /** How long to wait for a lock, milliseconds: 30,000 for what only reads, 0 for what writes, where it is not given. */
  readonly lockTimeoutMs?: number;
  /** Finish or undo what is under way, record it, and stop. */
  readonly signal?: AbortSignal;
}

export interface PlanOptions extends CallOptions {
  /** Names of targets; all that are enabled where none is given. */
  readonly targets?: readonly string[];
  /** An exact version, a range or `latest` in the place of the configured one; needs one target. */
  readonly version?: string;
  readonly allowDeletes?: boolean;
}

/** How something is carried out. */
export interface CarryOutOptions {
  readonly reason?: string;
  /** Overrides the target's `deployment.on_failure`. */
  readonly onFailure?: 'rollback' | 'keep';
  /** Asked once with the whole plan: anything but true means that nothing happens. Without it the answer is yes. */
  readonly confirm?: (plan: operations.PlanDocument) => boolean | Promise<boolean>;
  /** Told what happens, as it happens. */
  readonly onEvent?: (target: string, event: operations.ReleaseEvent) => void;
}

export interface ApplyOptions extends CallOptions, CarryOutOptions {
  readonly targets?: readonly string[];
  readonly version?: string;
  /** A saved plan, relative to the directory; then neither targets nor a version are given, and nothing is asked. */
  readonly planFile?: string;
}

export interface RollbackOptions extends CallOptions, CarryOutOptions {
  readonly target: string;
  /** A version that succeeded there; the previous one where it is not given. */
  readonly to?: string;
}

/** Shorter values of variables that are named like secrets are words such as `none` or `true`. */
const shortestValue = 8;

const usualWaitMs = 30_000;

interface Call {
  readonly context: operations.OperationContext;
  readonly redactor: Redactor;
}

const prepare = ({ directory, configFile, actor, token, signal }: CallOptions): Call => {
  const real = realSystem(
    createLog('silent', () => undefined),
    signal ?? new AbortController().signal,
  );
  const home = resolve(real.cwd(), directory ?? '.');
  const system = { ...real, cwd: () => home };
  const redactor = createRedactor();
  for (const name of system.envNames()) {
    const value = isSecretName(name) ? (system.env(name) ?? '') : '';
    if (value.length >= shortestValue) redactor.add(new Secret(value));
  }
  const context: operations.OperationContext = {
    ...{ system, redactor, host: createProviderHost(builtIn), toolVersion: packageJson.version },
    location: configFile === undefined ? {} : { file: configFile },
    actor: {
      name: actor ?? system.processes.self.user,
      isNamed: actor !== undefined,
      token: token === undefined ? undefined : new Secret(token),
    },
    ciRun: null,
  };
  return { context, redactor };
};

/** What is quoted of a server, a provider or a file holds no secret by the time that a program may print it. */
const withoutSecrets = <T>(value: T, redact: Redactor['redact']): T => {
  if (typeof value === 'string') return redact(value) as T;
  if (Array.isArray(value)) return value.map((one) => withoutSecrets(one, redact)) as T;
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, withoutSecrets(one, redact)]);
  return Object.fromEntries(entries) as T;
};

const shown = <T>(outcome: Outcome<T>, { redact }: Redactor): Outcome<T> => withoutSecrets(outcome, redact);

const mannerOf = ({ reason, onFailure, confirm, onEvent }: CarryOutOptions, { redact }: Redactor) => ({
  ...{ reason: reason ?? null, onFailure },
  confirm: async (document: operations.PlanDocument) =>
    confirm === undefined || (await confirm(withoutSecrets(document, redact))) === true,
  report: (target: string, event: operations.ReleaseEvent) => onEvent?.(target, withoutSecrets(event, redact)),
});

/** What applying would change, and why. Reads only. */
export const plan = async (options: PlanOptions = {}): Promise<Outcome<operations.PlanDocument>> => {
  const { context, redactor } = prepare(options);
  const { targets = [], version, allowDeletes = false, lockTimeoutMs = usualWaitMs } = options;
  return shown(await operations.plan(context, { targets, version, allowDeletes, lockTimeoutMs }), redactor);
};

/** Carries out a plan: all of it, or nothing. `problems` of the report says why not all sections succeeded. */
export const apply = async (options: ApplyOptions = {}): Promise<Outcome<operations.ApplyReport>> => {
  const { context, redactor } = prepare(options);
  const { targets = [], version, planFile, lockTimeoutMs = 0 } = options;
  const file = planFile === undefined ? undefined : resolve(context.system.cwd(), planFile);
  const request = { ...mannerOf(options, redactor), targets, version, planFile: file, lockTimeoutMs };
  return shown(await operations.apply(context, request), redactor);
};

/** Goes back to a version that succeeded at a target, as a release of its own. */
export const rollback = async (options: RollbackOptions): Promise<Outcome<operations.ApplyReport>> => {
  const { context, redactor } = prepare(options);
  const { target, to, lockTimeoutMs = 0 } = options;
  return shown(
    await operations.rollback(context, { ...mannerOf(options, redactor), target, to, lockTimeoutMs }),
    redactor,
  );
};

/** What runs where. */
export const status = async (
  options: CallOptions & { readonly targets?: readonly string[] } = {},
): Promise<Outcome<readonly operations.TargetStatus[]>> => {
  const { context, redactor } = prepare(options);
  const { targets = [], lockTimeoutMs = usualWaitMs } = options;
  return shown(await operations.status(context, { targets, lockTimeoutMs }), redactor);
};

/** Past releases, failures included, newest first. */
export const history = async (
  options: CallOptions & { readonly targets?: readonly string[] } = {},
): Promise<Outcome<readonly operations.HistoryEntry[]>> => {
  const { context, redactor } = prepare(options);
  const { targets = [], lockTimeoutMs = usualWaitMs } = options;
  return shown(await operations.history(context, { targets, lockTimeoutMs }), redactor);
};

/** Checks the configuration and the artifacts of the working tree, or of a revision. No database, no network. */
export const validate = async (
  options: CallOptions & { readonly ref?: string } = {},
): Promise<Outcome<operations.Validation>> => {
  const { context, redactor } = prepare(options);
  return shown(await operations.validate(context, { ref: options.ref }), redactor);
};
