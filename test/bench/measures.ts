import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationOf, type Estate } from './estate.ts';
import { type RunOptions, run, type Taken } from './process.ts';

const program = join(import.meta.dirname, '../../dist/main.js');

/** Where m3forge keeps its state and its place in a measurement. */
export type DatabaseKind = 'embedded' | 'server';

export interface World {
  readonly estate: Estate;
  readonly database: DatabaseKind;
  /** Creates an empty database; undefined on the embedded one. */
  readonly freshDatabase: (() => Promise<string>) | undefined;
  readonly workspace: string;
}

/** A project on its own, ready for what is measured. */
interface Project {
  readonly m3forge: (line: string, options?: RunOptions) => Promise<Taken>;
  readonly directory: string;
  /** It holds a configuration too. */
  readonly repository: string;
}

/** One thing that is measured: what comes before it is not counted. */
export interface Measure {
  readonly name: string;
  /** Returns what is timed. */
  readonly prepare: (project: Project) => Promise<() => Promise<Taken>>;
  /** It leaves everything as it was, so that one preparation serves all its runs. */
  readonly repeats: boolean;
}

let projects = 0;

const createProject = async ({ estate, freshDatabase, workspace }: World): Promise<Project> => {
  projects += 1;
  const directory = join(workspace, `project-${projects}`);
  mkdirSync(directory, { recursive: true });
  const database = await freshDatabase?.();
  writeFileSync(join(directory, 'm3forge.yaml'), configurationOf(database, `${estate.directory}/repository`));
  const env = { HOME: directory, M3FORGE_ACTOR: 'bench' };
  const m3forge: Project['m3forge'] = (line, options = {}) =>
    run(process.execPath, ['--no-warnings', program, ...line.split(' ')], { cwd: directory, env, ...options });
  return { directory, repository: join(estate.directory, 'repository'), m3forge };
};

const at = (version: string) => `--target development --version ${version}`;

const applied =
  (version: string) =>
  async ({ m3forge }: Project): Promise<void> =>
    void (await m3forge(`apply ${at(version)} --yes`));

/** Measures a command in a project that runs `version` by then. */
const command = (name: string, version: string | undefined, line: string, options?: RunOptions): Measure => ({
  name,
  repeats: true,
  prepare: async (project) => {
    if (version !== undefined) await applied(version)(project);
    return () => project.m3forge(line, options);
  },
});

/** Measures a command that changes something: each run has a project of its own. */
const once = (name: string, version: string | undefined, line: string): Measure => ({
  ...command(name, version, line),
  repeats: false,
});

export const measures: readonly Measure[] = [
  command('--version', undefined, '--version'),
  command('validate', undefined, 'validate --ref v1.0.0'),
  command('first plan', undefined, `plan ${at('v1.0.0')}`),
  once('first apply', undefined, `apply ${at('v1.0.0')} --yes`),
  command('no-op plan', 'v1.0.0', `plan ${at('v1.0.0')}`),
  command('plan of 1 %', 'v1.0.0', `plan ${at('v1.1.0')}`),
  command('plan of one change', 'v1.1.0', `plan ${at('v1.2.0')}`),
  once('apply of 1 %, first backup', 'v1.0.0', `apply ${at('v1.1.0')} --yes`),
  {
    name: 'apply of one change',
    repeats: false,
    prepare: async (project) => {
      // The first backup of a place holds everything; each after that, what changed.
      await applied('v1.0.0')(project);
      await applied('v1.1.0')(project);
      return () => project.m3forge(`apply ${at('v1.2.0')} --yes`);
    },
  },
  {
    name: 'rollback',
    repeats: false,
    prepare: async (project) => {
      await applied('v1.1.0')(project);
      await applied('v1.2.0')(project);
      return () => project.m3forge('rollback --target development --reason bench --yes');
    },
  },
  command('drift', 'v1.0.0', 'drift'),
  command('status', 'v1.0.0', 'status'),
  {
    name: 'show',
    repeats: true,
    prepare: async (project) => {
      await applied('v1.0.0')(project);
      await project.m3forge(`plan ${at('v1.1.0')} --out plan.json`);
      return () => project.m3forge('show plan.json');
    },
  },
  command('backup create', 'v1.0.0', 'backup create --target development'),
  {
    name: 'backup verify --full',
    repeats: true,
    prepare: async (project) => {
      await applied('v1.0.0')(project);
      await project.m3forge('backup create --target development');
      return () => project.m3forge('backup verify --full');
    },
  },
  command('recover', 'v1.0.0', 'recover'),
  {
    name: 'preview of one file',
    repeats: true,
    prepare: ({ m3forge, repository }) =>
      Promise.resolve(() => m3forge('preview --base v1.1.0 --head v1.2.0', { cwd: repository })),
  },
];

/** Runs a measure so often, and takes away what it made. */
export const perform = async (world: World, measure: Measure, runs: number): Promise<readonly Taken[]> => {
  const taken: Taken[] = [];
  let project: Project | undefined;
  let timed: (() => Promise<Taken>) | undefined;
  for (let index = 0; index < runs; index += 1) {
    if (!timed || !measure.repeats) {
      if (project) rmSync(project.directory, { recursive: true, force: true });
      project = await createProject(world);
      timed = await measure.prepare(project);
    }
    taken.push(await timed());
  }
  if (project && existsSync(project.directory)) rmSync(project.directory, { recursive: true, force: true });
  return taken;
};
