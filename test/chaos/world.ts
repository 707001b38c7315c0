import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { type DatabaseLocation, openDatabase, quoteIdentifier } from '../../engine/database/index.ts';
import { Secret } from '../../engine/values/index.ts';
import { createRepository } from '../support/repository.ts';
import { workflowFile } from '../support/workflows.ts';
import { ageLeases, makeOlder, type Observation, observe } from './observe.ts';
import { type CuttingProxy, startProxy } from './proxy.ts';
import { quietSystem } from './quiet-system.ts';

export type DatabaseKind = 'server' | 'embedded';

/** How far the estate has come: nothing yet, v1.0.0 released, v1.1.0 released after it, the place's schema one step back. */
export type Template = 'empty' | 'one' | 'two' | 'older';

export interface RunOptions {
  /** `after-intent=kill9`, as `M3FORGE_FAILPOINTS` takes it. */
  readonly failpoints?: string;
  /** As `CHAOS_FAULT` takes it. */
  readonly fault?: string;
  readonly plant?: string | undefined;
  /** Called once the fail point has acted, with the process, which may hang or be stopped by then. */
  readonly onHit?: (child: ChildProcess) => void;
}

/** One run of the program. */
export interface Run {
  readonly command: string;
  /** 128 and the signal's number where it was killed, as a shell says it. */
  readonly exit: number;
  readonly output: string;
  readonly milliseconds: number;
  /** The fail points that acted. */
  readonly hits: readonly string[];
  /** How many calls were counted for `fault`. */
  readonly calls: number;
}

/** A project with its databases, put back to a known state as often as needed, and the real program beside it. */
export interface World {
  readonly kind: DatabaseKind;
  readonly directory: string;
  readonly proxy: CuttingProxy | undefined;
  /** What must never appear in any output: the password of the database. */
  readonly canary: string;
  readonly restore: (template: Template) => Promise<void>;
  readonly run: (command: string, options?: RunOptions) => Promise<Run>;
  readonly observe: () => Promise<Observation>;
  /** What was observed of a template when it was made. */
  readonly known: (template: Template) => Observation;
  /** Lets an hour pass since any holder of a lease was heard of; server only. */
  readonly ageLeases: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const root = join(import.meta.dirname, '../..');
const canary = 'Kan4ri-p4ssw0rt';
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
 * v1.2.0 fails it. Where overlaps are watched for, two at the same time would show: the second cannot make the folder. In
 * other rounds a process that is killed leaves its smoke test running, which says nothing.
 */
const smokeTest = `#!/bin/sh
if [ -e watched ]; then
  mkdir busy || { echo overlap >> overlaps; exit 1; }
  rmdir busy
fi
[ "$M3FORGE_VERSION" != v1.2.0 ]
`;

const makeProject = (directory: string, url: string): void => {
  const repository = createRepository(directory);
  const flow = (name: string, text: string) => ({ [`workflows/${name}.json`]: workflowFile(name, ['read', text]) });
  repository.commit({ ...flow('alpha', 'first'), ...flow('beta', 'first'), ...flow('gamma', 'first') }, 'v1.0.0');
  repository.commit({ ...flow('alpha', 'second'), ...flow('gamma', 'first'), ...flow('delta', 'new') }, 'v1.1.0');
  repository.commit({ ...flow('alpha', 'third'), ...flow('epsilon', 'new') }, 'v1.2.0');
  repository.commit({ ...flow('alpha', 'fourth'), ...flow('zeta', 'new') }, 'v1.3.0');
  writeFileSync(join(directory, 'm3forge.yaml'), configuration(url, url));
  writeFileSync(join(directory, 'smoke-test'), smokeTest, { mode: 0o755 });
};

export const exitOf = (code: number | null, signal: NodeJS.Signals | null): number =>
  code ?? (signal === 'SIGKILL' ? 137 : 128);

/** Runs the program as a user does, with the faults of the harness loaded beside it. */
const runProgram =
  (directory: string, environment: Readonly<Record<string, string>>, program: string): World['run'] =>
  async (command, options = {}) => {
    const notes = join(directory, `notes-${quietSystem.ids.uuid()}`);
    const began = performance.now();
    // PostgreSQL in WebAssembly starts twice as fast where nothing is optimised that lives for less than a second.
    const child = spawn(
      process.execPath,
      ['--liftoff-only', '--import', join(directory, 'faults.mjs'), program, ...command.split(' ')],
      {
        cwd: directory,
        env: {
          PATH: process.env.PATH ?? '',
          HOME: directory,
          NO_COLOR: '1',
          CI: '1',
          M3FORGE_ACTOR: 'chaos',
          CHAOS_NOTES: notes,
          ...environment,
          ...(options.failpoints && { M3FORGE_FAILPOINTS: options.failpoints }),
          ...(options.fault && { CHAOS_FAULT: options.fault }),
          ...(options.plant && { CHAOS_PLANT: options.plant }),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    const watching =
      options.onHit &&
      setInterval(() => {
        if (!existsSync(notes)) return;
        clearInterval(watching);
        options.onHit?.(child);
      }, 20);
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
      child.on('close', (...end) => resolve(end)),
    );
    clearInterval(watching);
    const noted = existsSync(notes) ? readFileSync(notes, 'utf8').split('\n') : [];
    rmSync(notes, { force: true });
    return {
      command,
      exit: exitOf(code, signal),
      output: Buffer.concat(output).toString('utf8'),
      milliseconds: performance.now() - began,
      hits: noted.flatMap((line) => /^hit (\S+)/.exec(line)?.[1] ?? []),
      calls: Number(noted.flatMap((line) => /^calls (\d+)/.exec(line)?.[1] ?? [])[0] ?? 0),
    };
  };

/** Where the data of a kind of database lies, and how it is set aside and put back. */
interface Storage {
  readonly url: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly location: DatabaseLocation;
  readonly proxy: CuttingProxy | undefined;
  readonly save: (name: string) => Promise<void>;
  readonly load: (name: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

const serverStorage = async (serverUrl: string): Promise<Storage> => {
  const { hostname, port } = new URL(serverUrl);
  const proxy = await startProxy({ host: hostname, port: Number(port) });
  const name = `chaos_${quietSystem.ids.uuid().slice(0, 8)}`;
  const admin = await openDatabase({ kind: 'server', url: new Secret(`${serverUrl}/postgres`) }, quietSystem);
  await admin.execute(`create role ${name} login password '${canary}'`);
  const create = (database: string, template: string) =>
    admin.execute(`create database ${quoteIdentifier(database)} owner ${name} template ${quoteIdentifier(template)}`);
  const drop = (database: string) => admin.execute(`drop database if exists ${quoteIdentifier(database)} with (force)`);
  const saved = new Set<string>();
  return {
    url: `"\${env.CHAOS_URL}"`,
    environment: { CHAOS_URL: `postgresql://${name}:${canary}@127.0.0.1:${proxy.port}/${name}?query_timeout=2000` },
    location: { kind: 'server', url: new Secret(`postgresql://${name}:${canary}@${hostname}:${port}/${name}`) },
    proxy,
    save: async (template) => {
      saved.add(template);
      await create(`${name}_${template}`, name);
    },
    load: async (template) => {
      await drop(name);
      await create(name, saved.has(template) ? `${name}_${template}` : 'template0');
    },
    close: async () => {
      await proxy.close();
      for (const template of ['', ...[...saved].map((known) => `_${known}`)]) await drop(`${name}${template}`);
      await admin.execute(`drop role ${name}`);
      await admin.close();
    },
  };
};

const embeddedStorage = (directory: string): Storage => ({
  url: 'embedded',
  environment: {},
  location: { kind: 'embedded', directory: join(directory, '.m3forge') },
  proxy: undefined,
  save: () => Promise.resolve(),
  load: () => Promise.resolve(),
  close: () => Promise.resolve(),
});

/** Files of the project that change while it is worked with; all others stay as they were made. */
const changing = ['.m3forge', '.m3forge-backups', 'watched', 'busy', 'overlaps'];

export interface WorldOptions {
  readonly kind: DatabaseKind;
  /** An empty directory of its own. */
  readonly directory: string;
  /** `postgresql://user:password@host:port`; only for the kind `server`. */
  readonly serverUrl?: string | undefined;
  /** Another build of the program, such as one with planted bugs. */
  readonly program?: string | undefined;
}

/** What is loaded beside the program, as JavaScript: every run would take its types out again. */
const writeFaults = async (directory: string): Promise<void> => {
  const build = await rolldown({ input: join(import.meta.dirname, 'faults.ts'), platform: 'node' });
  await build.write({ file: join(directory, 'faults.mjs'), format: 'esm' });
  await build.close();
};

export const createWorld = async (options: WorldOptions): Promise<World> => {
  const directory = join(options.directory, 'project');
  const saved = join(options.directory, 'saved');
  mkdirSync(directory, { recursive: true });
  const storage = options.kind === 'server' ? await serverStorage(options.serverUrl ?? '') : embeddedStorage(directory);
  makeProject(directory, storage.url);
  await writeFaults(directory);
  const run = runProgram(directory, storage.environment, options.program ?? join(root, 'dist/main.js'));

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
    seen.set(template, await observe(storage.location));
    await storage.save(template);
    for (const name of changing.filter((one) => existsSync(join(directory, one)))) {
      cpSync(join(directory, name), join(saved, template, name), { recursive: true });
    }
  };
  const must = async (command: string): Promise<void> => {
    const { exit, output } = await run(command);
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
    observe: () => observe(storage.location),
    known,
    ageLeases: () => ageLeases(storage.location),
    close: storage.close,
  };
};
