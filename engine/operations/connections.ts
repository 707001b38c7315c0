import type { PlaceAccess } from '../apply/index.ts';
import { type Config, type DatabaseSpec, expandExpression, passwordsIn, type TargetConfig } from '../config/index.ts';
import { type Database, type DatabaseLocation, openDatabase } from '../database/index.ts';
import { Refusal, refuse } from '../diagnostics/index.ts';
import type { ArtifactStore, ProviderHost } from '../provider/index.ts';
import type { System } from '../system/index.ts';
import { type Redactor, Secret } from '../values/index.ts';

interface Surroundings {
  readonly system: System;
  readonly redactor: Redactor;
  readonly host: ProviderHost;
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

/** Where a database of the configuration is. What of it is secret is shown by nobody from here on. */
export const locateDatabase = (context: Surroundings, config: Config, spec: DatabaseSpec): DatabaseLocation => {
  if (spec.kind === 'embedded') return { kind: 'embedded', directory: config.state.directory };
  const url = expandExpression(spec.url, context.system);
  if (!url.ok) throw new Refusal(url.diagnostics);
  const secret = url.value instanceof Secret ? url.value : new Secret(url.value);
  for (const one of [secret, ...passwordsIn(secret)]) context.redactor.add(one);
  return { kind: 'server', url: secret };
};

/** Opens each database once, however many targets share it, and closes all. */
export const createConnections = (
  context: Surroundings,
  config: Config,
  options: { readonly command: string; readonly lockTimeoutMs: number },
) => {
  const open = new Map<string, Promise<Database>>();
  /** `purpose` keeps the state's connection apart from those of places: its session carries the lease. */
  const connect = (spec: DatabaseSpec, purpose: 'state' | 'place'): Promise<Database> => {
    const location = locateDatabase(context, config, spec);
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

/** Opens the place of each target once, and refuses one that two environments resolve to. */
export const createPlaces = (
  context: Surroundings,
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
