import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReleaseEvent } from '../../engine/apply/index.ts';
import { type Database, type DatabaseLocation, openDatabase } from '../../engine/database/index.ts';
import type { Diagnostic, Outcome } from '../../engine/diagnostics/index.ts';
import {
  type ApplyManner,
  type ApplyReport,
  apply,
  type OperationContext,
  plan,
  rollback,
} from '../../engine/operations/index.ts';
import type { PlanDocument } from '../../engine/plan/index.ts';
import { createProviderHost } from '../../engine/provider/index.ts';
import type { System } from '../../engine/system/index.ts';
import { createRedactor, Secret } from '../../engine/values/index.ts';
import { createRepository, type TestRepository } from './repository.ts';
import { freshDatabase, temporaryDirectory, testSystem } from './servers.ts';

/** Where a test project keeps its state and its places. */
export type Arrangement = 'embedded' | 'schemas' | 'databases';

/** The three arrangements that must all mean the same. */
export const arrangements: readonly Arrangement[] = ['embedded', 'schemas', 'databases'];

/**
 * For rules, which are m3forge's and no database's: a server, because the embedded database is opened anew for each step of a
 * test, which takes four times as long. What the databases do is tested with both by those who write and read. With
 * `M3FORGE_RULES_ON_BOTH=1` these run on both, too.
 */
export const forRules: readonly Arrangement[] =
  process.env.M3FORGE_RULES_ON_BOTH === '1' ? ['embedded', 'schemas'] : ['schemas'];

/** What a configuration may say beside its targets. */
export interface ConfigureMore {
  /** Further lines of the top level. */
  readonly top?: string;
  /** Further keys of an environment, by its name, such as `variables: { A: x }`. */
  readonly environments?: Readonly<Record<string, string>>;
  /** Environments to leave out. */
  readonly without?: readonly string[];
}

/** A configuration with a Git repository and databases of its own, driven in this process. */
export interface TestProject {
  readonly directory: string;
  readonly repository: TestRepository;
  readonly context: OperationContext;
  readonly events: ReleaseEvent[];
  /** Writes `m3forge.yaml`; the databases come with the arrangement. */
  readonly configure: (targets: string, more?: ConfigureMore) => void;
  readonly plan: (targets?: readonly string[], version?: string) => Promise<PlanDocument>;
  readonly apply: (targets?: readonly string[], version?: string) => Promise<ApplyReport>;
  readonly rollback: (target: string, to?: string) => Promise<ApplyReport>;
  /** Runs SQL beside m3forge, as somebody with database access would; `:place` is the schema of the environment. */
  readonly sql: <Row extends object>(environment: string, statement: string) => Promise<readonly Row[]>;
  /** The same for several statements at once. */
  readonly script: (environment: string, statements: string) => Promise<void>;
  /** What a consumer of the environment sees: name → digest. */
  readonly view: (environment: string) => Promise<Readonly<Record<string, string>>>;
}

const loaders = {
  postgres: () => import('../../providers/postgres/index.ts').then((module) => module.postgres),
  s3: () => import('../../providers/s3/index.ts').then((module) => module.s3),
  filesystem: () => import('../../providers/filesystem/index.ts').then((module) => module.filesystem),
  command: () => import('../../providers/command/index.ts').then((module) => module.command),
  http: () => import('../../providers/http/index.ts').then((module) => module.http),
  marie: () => import('../../providers/marie/index.ts').then((module) => module.marie),
  slack: () => import('../../providers/slack/index.ts').then((module) => module.slack),
  email: () => import('../../providers/email/index.ts').then((module) => module.email),
  pagerduty: () => import('../../providers/pagerduty/index.ts').then((module) => module.pagerduty),
  webhook: () => import('../../providers/webhook/index.ts').then((module) => module.webhook),
  github: () => import('../../providers/github/index.ts').then((module) => module.github),
};

/** The value, or an error that shows the diagnostics. */
export const valueIn = <T>(outcome: Outcome<T>): T => {
  if (outcome.ok) return outcome.value;
  throw new Error(outcome.diagnostics.map(({ code, detail }) => `${code}: ${detail}`).join('\n'));
};

export const codesOf = (diagnostics: readonly Diagnostic[]): readonly string[] => diagnostics.map(({ code }) => code);

const environmentsOf = async (arrangement: Arrangement, names: readonly string[]) => {
  if (arrangement === 'embedded') return { state: undefined, urls: new Map<string, string>() };
  const state = await freshDatabase();
  const urls = new Map<string, string>();
  for (const name of names) urls.set(name, arrangement === 'databases' ? await freshDatabase() : state);
  return { state, urls };
};

type Manner = Omit<ApplyManner, 'reason'> & { readonly reason: null };

const createManner = (events: ReleaseEvent[]): Manner => ({
  reason: null,
  lockTimeoutMs: 0,
  confirm: () => Promise.resolve(true),
  report: (_, event) => void events.push(event),
});

/** Somebody who reaches the databases without m3forge. */
const createSqlAccess = (directory: string, urls: ReadonlyMap<string, string>) => {
  const beside = async <T>(environment: string, work: (database: Database) => Promise<T>): Promise<T> => {
    const url = urls.get(environment);
    const location: DatabaseLocation = url
      ? { kind: 'server', url: new Secret(url) }
      : { kind: 'embedded', directory: join(directory, '.m3forge') };
    const database = await openDatabase(location, testSystem(), { lockTimeoutMs: 5000 });
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  };
  const inPlace = (environment: string, text: string): string => text.replaceAll(':place', `"${environment}"`);
  const sql: TestProject['sql'] = (environment, statement) =>
    beside(environment, (database) => database.query(inPlace(environment, statement)));
  const script: TestProject['script'] = (environment, statements) =>
    beside(environment, (database) =>
      database.transaction((transaction) => transaction.script(inPlace(environment, statements))),
    );
  const view: TestProject['view'] = async (environment) => {
    const rows = await sql<{ name: string; digest: string }>(
      environment,
      `select kind || '.' || name as name, digest from :place.active_artifact order by 1`,
    );
    return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]));
  };
  return { sql, script, view };
};

const typeOf = (name: string): string => (['staging', 'production'].includes(name) ? name : 'development');

export const createProject = async (
  arrangement: Arrangement,
  options: { readonly environments?: readonly string[]; readonly system?: Partial<System> } = {},
): Promise<TestProject> => {
  const names = options.environments ?? ['development'];
  const directory = temporaryDirectory();
  const repository = createRepository(directory);
  const { state, urls } = await environmentsOf(arrangement, names);
  const events: ReleaseEvent[] = [];
  const context: OperationContext = {
    system: testSystem(options.system),
    host: createProviderHost(loaders),
    redactor: createRedactor(),
    toolVersion: 'test',
    location: { file: join(directory, 'm3forge.yaml') },
    actor: 'tester',
    ciRun: null,
  };
  const configure = (
    targets: string,
    { top = '', environments: keys = {}, without = [] }: ConfigureMore = {},
  ): void => {
    const environmentOf = (name: string): string => {
      const database = `{ url: "${urls.get(name) ?? 'embedded'}", schema: ${name} }`;
      const more = keys[name] === undefined ? '' : `, ${keys[name]}`;
      return `  ${name}: { type: ${typeOf(name)}, database: ${database}${more} }`;
    };
    const environments = names.filter((name) => !without.includes(name)).map(environmentOf);
    const head = `version: 1\nproject: test\n${state ? `state: { database: "${state}" }\n` : ''}source: { repository: repository }`;
    writeFileSync(
      join(directory, 'm3forge.yaml'),
      `${head}\n${top}\nenvironments:\n${environments.join('\n')}\ntargets:\n${targets}\n`,
    );
  };
  configure(names.map((name) => `  ${name}: { environment: ${name}, version: latest }`).join('\n'));
  const manner = createManner(events);
  return {
    directory,
    repository,
    context,
    events,
    configure,
    plan: async (targets = [], version) => valueIn(await plan(context, { targets, version, lockTimeoutMs: 0 })),
    apply: async (targets = [], version) => valueIn(await apply(context, { ...manner, targets, version })),
    rollback: async (target, to) => valueIn(await rollback(context, { ...manner, target, to })),
    ...createSqlAccess(directory, urls),
  };
};
