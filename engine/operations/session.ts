import { join } from 'node:path';
import { type Action, type Config, loadConfig, type SmokeTest, secretsIn, type TargetConfig } from '../config/index.ts';
import { CommitUnknown } from '../database/index.ts';
import { type Diagnostic, failure, type Outcome, problem, Refusal, success } from '../diagnostics/index.ts';
import { createTell, mirrorOf, secretsOfNotifications } from '../notifications/index.ts';
import { createKeptBodies, type KeptBodies } from '../plan/index.ts';
import type { BackupStore, Check, ProviderHost } from '../provider/index.ts';
import { appendAudit, openState, type State, type Tell } from '../state/index.ts';
import type { System } from '../system/index.ts';
import type { Redactor } from '../values/index.ts';
import { openSource, type Source, type TaggedVersion } from '../versions/index.ts';
import { createConnections, createPlaces, type OpenPlace } from './connections.ts';
import { createGuard, type Guard } from './guard.ts';
import { type Actor, actorOf, type Identity, nameOf } from './identity.ts';
import { createNews, type News } from './news.ts';
import { createGateways, type Gateways } from './open-gateways.ts';
import { openBackups, openCheck } from './provided.ts';
import { auditSecretsRead, noteSecretsRead } from './secrets-read.ts';
import { learnSourceControl } from './source-control.ts';

/** What every operation is handed by the command line or the server. */
export interface OperationContext {
  readonly system: System;
  readonly host: ProviderHost;
  readonly redactor: Redactor;
  readonly toolVersion: string;
  /** Where to look for the configuration. */
  readonly location: { readonly directory?: string; readonly file?: string };
  /** Who asks: a name, or one with what it can be proven with. A session settles which it is. */
  readonly actor: string | Identity;
  /** The CI run on whose behalf this happens, as a URL. */
  readonly ciRun: string | null;
}

/** The same once it is settled who asks: for leases, releases and the audit trail. */
export interface ActingContext extends Omit<OperationContext, 'actor'> {
  readonly actor: string;
}

/** A configuration with its databases and its source, opened as far as they were asked for. */
export interface Session extends Guard {
  readonly context: ActingContext;
  readonly config: Config;
  readonly state: State;
  readonly place: (target: TargetConfig) => Promise<OpenPlace>;
  readonly source: () => Promise<Source>;
  readonly tags: () => Promise<readonly TaggedVersion[]>;
  /** What there is to know of the source, where it was opened. */
  readonly sourceWarnings: () => Promise<readonly Diagnostic[]>;
  readonly backups: () => Promise<BackupStore>;
  readonly check: (target: TargetConfig, test: SmokeTest) => Promise<Check>;
  readonly gateways: Gateways;
  /** Tells those whom the configuration names, within the transaction of what is told. */
  readonly tell: Tell;
  /** The sending of it. */
  readonly news: News;
  /** Of what is refused, what the audit trail has already. */
  readonly audited: WeakSet<Diagnostic>;
  /** Bodies that planning read and applying will need; only where both happen in this process. */
  readonly kept: KeptBodies | undefined;
}

export interface SessionOptions {
  /** What this process is doing, for whoever waits for it. */
  readonly command: string;
  /** What whoever asks must be allowed to do, somewhere at least; where exactly is asked once that is known. */
  readonly permit: Action;
  /** How long to wait for a process that has the embedded database open. */
  readonly lockTimeoutMs: number;
  /** What is planned is applied in this process: what was read for it is kept. */
  readonly applies?: boolean;
  /** It writes: what waits to be told is sent when it is done, as it is after whatever tells something itself. */
  readonly tells?: boolean;
}

/** Outside a release, which settles it by itself: each transaction leaves everything in order, done or not. */
const commitUnknown = ({ cause }: CommitUnknown): Diagnostic => {
  const [why] = cause instanceof Refusal ? cause.diagnostics : [];
  return problem('database-commit-unknown', {
    detail: `The last change may have been made or not. ${why?.detail ?? String(cause)}`,
    hint: 'Both leave everything in order: run the command again.',
  });
};

/** Turns a refusal from a depth into diagnostics; anything else that is thrown is a bug and goes on. */
export const asOutcome = async <T>(work: () => Promise<Outcome<T>>): Promise<Outcome<T>> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) return failure(error.diagnostics);
    if (error instanceof CommitUnknown) return failure([commitUnknown(error)]);
    throw error;
  }
};

/** As much memory as a first release may take for bodies that it would otherwise read twice. */
const mostKeptBytes = 128 * 1024 * 1024;

/** Makes something at the first call, and hands out the same afterwards. */
export const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

/** What the configuration holds, and what those who are told are reached with, is shown by nobody. */
export const learnSecrets = ({ redactor, system }: OperationContext, config: Config): void => {
  const secrets = [...secretsIn(config), ...secretsOfNotifications(config.targets.values(), system)];
  for (const secret of secrets) redactor.add(secret);
};

/** Who acts; whoever is not who they say leaves an entry in the trail. */
const settleActor = async (state: State, { actor, system }: OperationContext, command: string): Promise<Actor> => {
  try {
    return await actorOf(state, actor);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const detail = { command, code: error.diagnostics[0]?.code ?? null };
    const event = { actor: nameOf(actor), event: 'identity.refused', subject: command, detail };
    await state.transaction((transaction) => appendAudit(transaction, system, event));
    throw error;
  }
};

/** A state that knows whether anything was done through it: what is done leaves an entry in the trail. */
const watched = (opened: State): { readonly state: State; readonly hasWritten: () => boolean } => {
  let has = false;
  const transaction: State['transaction'] = (work, hooks) => {
    return opened.transaction(
      ({ query, execute }) =>
        work({
          query,
          execute: (sql, parameters) => {
            has ||= sql.includes('insert into :schema.audit ');
            return execute(sql, parameters);
          },
        }),
      hooks,
    );
  };
  return { state: { ...opened, transaction }, hasWritten: () => has };
};

/** The source, opened once, and what there is to know of it where it was. */
const createSource = ({ system }: ActingContext, config: Config, closing: Opening['closing']) => {
  let opened: Promise<Source> | undefined;
  const source = once(() => {
    opened = openSource(system, {
      ...config.source,
      directory: config.directory,
      cacheDirectory: join(config.state.directory, 'sources'),
    });
    closing.push(async () => (await opened)?.close());
    return opened;
  });
  return { source, warnings: async () => (await opened)?.warnings ?? [] };
};

interface Opening {
  readonly config: Config;
  readonly connections: ReturnType<typeof createConnections>;
  readonly closing: (() => Promise<void>)[];
  /** Which expressions are resolved, and what for. */
  readonly secrets: ReturnType<typeof noteSecretsRead>;
}

/** A session, and what became of it in the end. */
interface Opened {
  readonly session: Session;
  readonly hasTold: () => boolean;
  readonly hasWritten: () => boolean;
}

/** Opens what a session consists of, as far as it is asked for, and adds to `closing` what has to be closed. */
const openSession = async (
  surroundings: OperationContext,
  options: SessionOptions,
  { config, connections, closing, secrets }: Opening,
): Promise<Opened> => {
  const opened = await openState(
    await connections.connect(config.state.database, 'state'),
    config.state.database.schema,
  );
  const actor = await settleActor(opened, surroundings, options.command);
  const context: ActingContext = { ...surroundings, actor: actor.name };
  const guard = createGuard({ state: opened, config, system: context.system, actor, command: options.command });
  await guard.authorize(options.permit);
  const { state, hasWritten } = watched(opened);
  const reading = (purpose: Parameters<typeof secrets.as>[0]): ActingContext => ({
    ...context,
    system: secrets.as(purpose),
  });
  const kept = options.applies ? createKeptBodies(mostKeptBytes) : undefined;
  const gateways = createGateways(reading('gateway'), kept);
  closing.push(gateways.close);
  const { source, warnings } = createSource(context, config, closing);
  const tell = createTell({
    system: context.system,
    targets: [...config.targets.values()],
    mirror: mirrorOf(config),
    redact: context.redactor.redact,
  });
  let hasTold = false;
  const session: Session = {
    ...guard,
    ...{ context, config, state, source, kept, gateways },
    place: createPlaces(context, config, (spec) => connections.connect(spec, 'place')),
    tags: once(async () => (await source()).tags()),
    sourceWarnings: warnings,
    backups: once(() => openBackups(reading('backups'), config)),
    audited: new WeakSet(),
    tell: (transaction, happening) => {
      hasTold = true;
      return tell(transaction, happening);
    },
    news: createNews({ surroundings: reading('notification'), config, state }),
    check: (target, test) => openCheck(reading('smoke test'), config, target, test),
  };
  return { session, hasTold: () => hasTold, hasWritten };
};

/** What is left to do when the work of a session is done: the sending, and the entry of the secrets that were read. */
const finish = async (
  { session, hasTold, hasWritten }: Opened,
  { command, tells }: SessionOptions,
  secrets: Opening['secrets'],
): Promise<readonly Diagnostic[]> => {
  const unsent = tells || hasTold() ? await session.news.sendAtTheEnd() : [];
  const recorded = await asOutcome(async () => {
    if (hasWritten()) await auditSecretsRead(session.state, session.context, secrets, command);
    return success(undefined);
  });
  return [...unsent, ...recorded.diagnostics.map((one) => ({ ...one, severity: 'warning' as const }))];
};

/** Runs `work` with a session and closes everything afterwards. Refusals become diagnostics. */
export const withSession = <T>(
  context: OperationContext,
  options: SessionOptions,
  work: (session: Session) => Promise<Outcome<T>>,
): Promise<Outcome<T>> =>
  asOutcome(async () => {
    const loaded = await loadConfig(context.system, context.location);
    if (!loaded.ok) return loaded;
    const config = loaded.value;
    const secrets = noteSecretsRead(context.system);
    learnSecrets({ ...context, system: secrets.as('notification') }, config);
    learnSourceControl({ ...context, system: secrets.as('source control') }, config);
    const connections = createConnections({ ...context, system: secrets.as('database') }, config, options);
    const closing: (() => Promise<void>)[] = [];
    try {
      const opened = await openSession(context, options, { config, connections, closing, secrets });
      const outcome = await asOutcome(() => work(opened.session));
      const after = await finish(opened, options, secrets);
      return outcome.ok
        ? success(outcome.value, [...loaded.diagnostics, ...outcome.diagnostics, ...after])
        : failure([...outcome.diagnostics, ...after]);
    } finally {
      await Promise.allSettled(closing.map((close) => close()));
      await connections.close();
      await context.host.close();
    }
  });
