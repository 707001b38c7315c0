import { join } from 'node:path';
import type { PlaceAccess } from '../apply/index.ts';
import {
  type Config,
  type DatabaseSpec,
  expandExpression,
  loadConfig,
  passwordsIn,
  type SmokeTest,
  secretsIn,
  type TargetConfig,
} from '../config/index.ts';
import { CommitUnknown, type Database, type DatabaseLocation, openDatabase } from '../database/index.ts';
import { type Diagnostic, failure, type Outcome, problem, Refusal, refuse, success } from '../diagnostics/index.ts';
import { createTell, secretsOfNotifications } from '../notifications/index.ts';
import { createKeptBodies, type KeptBodies } from '../plan/index.ts';
import type { ArtifactStore, BackupStore, Check, ProviderHost } from '../provider/index.ts';
import { openState, type State, type Tell } from '../state/index.ts';
import type { System } from '../system/index.ts';
import { type Redactor, Secret } from '../values/index.ts';
import { openSource, type Source, type TaggedVersion } from '../versions/index.ts';
import { createNews, type News } from './news.ts';
import { createGateways, type Gateways } from './open-gateways.ts';
import { openBackups, openCheck } from './provided.ts';
import { auditSecretsRead, noteSecretsRead } from './secrets-read.ts';

/** What every operation is handed by the command line or the server. */
export interface OperationContext {
  readonly system: System;
  readonly host: ProviderHost;
  readonly redactor: Redactor;
  readonly toolVersion: string;
  /** Where to look for the configuration. */
  readonly location: { readonly directory?: string; readonly file?: string };
  /** Who asks, for leases, releases and the audit trail. */
  readonly actor: string;
  /** The CI run on whose behalf this happens, as a URL. */
  readonly ciRun: string | null;
}

/** One place of this configuration, open. */
export interface OpenPlace {
  readonly address: string;
  readonly environment: string;
  readonly store: ArtifactStore;
  readonly database: Database;
  readonly schema: string;
}

/** A place as the apply protocol wants it. */
export const accessOf = ({ environment, store, database }: OpenPlace): PlaceAccess => ({
  environment,
  store,
  reconnect: () => database.reconnect(),
});

/** A configuration with its databases and its source, opened as far as they were asked for. */
export interface Session {
  readonly context: OperationContext;
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

/** Opens each database once, however many targets share it, and closes all. */
export const createConnections = (context: OperationContext, config: Config, options: SessionOptions) => {
  const open = new Map<string, Promise<Database>>();
  const locate = (spec: DatabaseSpec): DatabaseLocation => {
    if (spec.kind === 'embedded') return { kind: 'embedded', directory: config.state.directory };
    const url = expandExpression(spec.url, context.system);
    if (!url.ok) throw new Refusal(url.diagnostics);
    const secret = url.value instanceof Secret ? url.value : new Secret(url.value);
    for (const one of [secret, ...passwordsIn(secret)]) context.redactor.add(one);
    return { kind: 'server', url: secret };
  };
  /** `purpose` keeps the state's connection apart from those of places: its session carries the lease. */
  const connect = (spec: DatabaseSpec, purpose: 'state' | 'place'): Promise<Database> => {
    const location = locate(spec);
    const key = location.kind === 'embedded' ? 'embedded' : `${purpose} ${location.url.reveal()}`;
    const known = open.get(key) ?? openDatabase(location, context.system, options);
    open.set(key, known);
    return known;
  };
  const close = async (): Promise<void> => {
    for (const database of await Promise.allSettled(open.values())) {
      if (database.status === 'fulfilled') await database.value.close();
    }
  };
  return { connect, close };
};

const createPlaces = (
  context: OperationContext,
  config: Config,
  connect: (spec: DatabaseSpec) => Promise<Database>,
) => {
  const places = new Map<string, Promise<OpenPlace>>();
  const owners = new Map<string, string>();
  const open = async (target: TargetConfig): Promise<OpenPlace> => {
    const database = await connect(target.database);
    const { schema } = target.database;
    const store = await context.host.open('postgres', 'artifactStore', { system: context.system, database, schema });
    const address = await store.address();
    const owner = owners.get(address) ?? target.environment;
    owners.set(address, owner);
    if (owner !== target.environment) {
      throw refuse('place-of-another-environment', {
        detail: `The environments "${owner}" and "${target.environment}" resolve to one place, ${address}.`,
        range: config.environments.get(target.environment)?.at(['database']),
        hint: 'Give each environment its own database or schema.',
      });
    }
    return { address, environment: target.environment, store, database, schema };
  };
  return (target: TargetConfig): Promise<OpenPlace> => {
    const known = places.get(target.name) ?? open(target);
    places.set(target.name, known);
    return known;
  };
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

/** A state that knows whether anything was written through it. */
const watched = (opened: State): { readonly state: State; readonly hasWritten: () => boolean } => {
  let has = false;
  const transaction: State['transaction'] = (work, hooks) => {
    has = true;
    return opened.transaction(work, hooks);
  };
  return { state: { ...opened, transaction }, hasWritten: () => has };
};

/** The source, opened once, and what there is to know of it where it was. */
const createSource = ({ system }: OperationContext, config: Config, closing: (() => Promise<void>)[]) => {
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
    const reading = (purpose: Parameters<typeof secrets.as>[0]): OperationContext => ({
      ...context,
      system: secrets.as(purpose),
    });
    learnSecrets(reading('notification'), config);
    const connections = createConnections(reading('database'), config, options);
    const kept = options.applies ? createKeptBodies(mostKeptBytes) : undefined;
    const gateways = createGateways(reading('gateway'), kept);
    const closing: (() => Promise<void>)[] = [];
    try {
      const opened = await openState(
        await connections.connect(config.state.database, 'state'),
        config.state.database.schema,
      );
      const { state, hasWritten } = watched(opened);
      const { source, warnings: sourceWarnings } = createSource(context, config, closing);
      const news = createNews({ surroundings: reading('notification'), config, state });
      const tell = createTell({
        system: context.system,
        targets: [...config.targets.values()],
        redact: context.redactor.redact,
      });
      let hasTold = false;
      const session: Session = {
        context,
        config,
        state,
        place: createPlaces(context, config, (spec) => connections.connect(spec, 'place')),
        source,
        tags: once(async () => (await source()).tags()),
        sourceWarnings,
        backups: once(() => openBackups(reading('backups'), config)),
        audited: new WeakSet(),
        kept,
        gateways,
        tell: (transaction, happening) => {
          hasTold = true;
          return tell(transaction, happening);
        },
        news,
        check: (target, test) => openCheck(reading('smoke test'), config, target, test),
      };
      const outcome = await asOutcome(() => work(session));
      const unsent = options.tells || hasTold ? await news.sendAtTheEnd() : [];
      const recorded = await asOutcome(async () => {
        if (options.tells && hasWritten()) await auditSecretsRead(state, context, secrets, options.command);
        return success(undefined);
      });
      const after = [...unsent, ...recorded.diagnostics.map((one) => ({ ...one, severity: 'warning' as const }))];
      return outcome.ok
        ? success(outcome.value, [...loaded.diagnostics, ...outcome.diagnostics, ...after])
        : failure([...outcome.diagnostics, ...after]);
    } finally {
      await gateways.close();
      await Promise.allSettled(closing.map((close) => close()));
      await connections.close();
      await context.host.close();
    }
  });
