import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseLocation } from '../../engine/database/index.ts';
import { createRepository } from '../support/repository.ts';
import { contents } from './contents.ts';
import { createFollower } from './follow.ts';
import { ageLeases, makeOlder, type Observation, observe } from './observe.ts';
import type { CuttingProxy } from './proxy.ts';
import { environmentOf, type Run, type RunOptions, runProgram } from './run-program.ts';
import { canary, embeddedStorage, serverStorage } from './storage.ts';

export type DatabaseKind = 'server' | 'embedded';

/** How far the estate has come: nothing yet, v1.0.0 released, v1.1.0 released after it, the place's schema one step back. */
export type Template = 'empty' | 'one' | 'two' | 'older';

/** A project with its databases, put back to a known state as often as needed, and the real program beside it. */
export interface World {
  readonly kind: DatabaseKind;
  readonly directory: string;
  readonly proxy: CuttingProxy | undefined;
  /** What must never appear in any output: the password of the database. */
  readonly canary: string;
  readonly restore: (template: Template) => Promise<void>;
  readonly run: (command: string, options?: RunOptions) => Promise<Run>;
  /** Carries out a command without any fault, in a process that stays for the next one. */
  readonly follow: (command: string, plant?: string) => Promise<Run>;
  /** Whether each recovery is a process of its own, so that its time can be measured. */
  readonly measures: boolean;
  readonly observe: () => Promise<Observation>;
  /** For whoever changes something past the program. */
  readonly location: DatabaseLocation;
  /** The sequences that consumers were told of since the last restore; undefined where nobody can listen. */
  readonly announced: () => Promise<readonly number[] | undefined>;
  /** What was observed of a template when it was made. */
  readonly known: (template: Template) => Observation;
  /** Lets an hour pass since any holder of a lease was heard of; server only. */
  readonly ageLeases: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const configuration = (database: string, state: string): string => `version: 1
project: chaos
state: { database: ${state} }
source: { repository: repository }
environments:
  production: { type: development, database: { url: ${database}, schema: production } }
  other: { type: development, database: { url: ${database}, schema: other } }
targets:
  production:
    environment: production
    version: ^1.0
    smoke_tests:
      - { name: check, run: './smoke-test' }
  hotfix:
    environment: production
    version: ^1.0
    smoke_tests:
      - { name: check, run: './smoke-test' }
  other: { environment: other, version: ^1.0 }
`;

/**
 * v1.2.0 fails it. Where overlaps are watched for, two at the same time would show: the second cannot make the folder, which
 * is there long enough to be met. In other rounds a process that is killed leaves its smoke test running, which says nothing.
 */
const smokeTest = `#!/bin/sh
if [ -e watched ]; then
  mkdir busy || { echo overlap >> overlaps; exit 1; }
  sleep 0.05
  rmdir busy
fi
[ "$M3FORGE_VERSION" != v1.2.0 ]
`;

const makeProject = (directory: string, url: string): void => {
  const repository = createRepository(directory);
  for (const [version, workflows] of Object.entries(contents)) {
    const files = Object.entries(workflows).map(([name, text]) => [`workflows/${name}.json`, text] as const);
    repository.commit(Object.fromEntries(files), version);
  }
  writeFileSync(join(directory, 'm3forge.yaml'), configuration(url, url));
  writeFileSync(join(directory, 'smoke-test'), smokeTest, { mode: 0o755 });
};

/** Files of the project that change while it is worked with; all others stay as they were made. */
const changing = ['.m3forge', '.m3forge-backups', 'watched', 'busy', 'overlaps'];

export interface WorldOptions {
  readonly kind: DatabaseKind;
  /** An empty directory of its own. */
  readonly directory: string;
  /** `postgresql://user:password@host:port`; only for the kind `server`. */
  readonly serverUrl?: string | undefined;
  /** What is run: the program, or a build of it with planted bugs. */
  readonly program: string;
  /** Loaded into the program, so that it suffers faults. */
  readonly faults: string;
  /** A process that carries out many commands, one after another. */
  readonly follower: string;
  readonly measures: boolean;
}

export const createWorld = async (options: WorldOptions): Promise<World> => {
  const directory = join(options.directory, 'project');
  const saved = join(options.directory, 'saved');
  mkdirSync(directory, { recursive: true });
  const storage = options.kind === 'server' ? await serverStorage(options.serverUrl ?? '') : embeddedStorage(directory);
  makeProject(directory, storage.url);
  const environment = environmentOf(directory, storage.environment);
  const run = runProgram(directory, environment, options);
  const follower = createFollower(options.follower, { cwd: directory, env: environment });

  const look = (): Promise<Observation> =>
    observe(storage.location, { directory, password: options.kind === 'server' ? canary : undefined });
  const seen = new Map<Template, Observation>();
  const known = (template: Template): Observation => {
    const observation = seen.get(template);
    if (!observation) throw new Error(`the estate "${template}" was not prepared`);
    return observation;
  };
  const restore = async (template: Template): Promise<void> => {
    for (const name of changing) rmSync(join(directory, name), { recursive: true, force: true });
    storage.proxy?.arm(undefined);
    await storage.load(template);
    if (existsSync(join(saved, template))) cpSync(join(saved, template), directory, { recursive: true });
  };
  const save = async (template: Template): Promise<void> => {
    seen.set(template, await look());
    await storage.save(template);
    for (const name of changing.filter((one) => existsSync(join(directory, one)))) {
      cpSync(join(directory, name), join(saved, template, name), { recursive: true });
    }
  };
  const must = async (command: string): Promise<void> => {
    const { exit, output } = await follower.follow(command);
    if (exit !== 0) throw new Error(`the estate could not be prepared: ${command}\n${output}`);
  };
  await restore('empty');
  await save('empty');
  await must('apply --target production --version v1.0.0 --yes');
  await save('one');
  await makeOlder(storage.location);
  await save('older');
  await restore('one');
  await must('apply --target production --version v1.1.0 --yes');
  await save('two');

  return {
    kind: options.kind,
    directory,
    proxy: storage.proxy,
    canary,
    restore,
    run,
    follow: follower.follow,
    measures: options.measures,
    observe: look,
    location: storage.location,
    known,
    ageLeases: () => ageLeases(storage.location),
    announced: storage.announced,
    close: async () => {
      await follower.stop();
      await storage.close();
    },
  };
};
