import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationOf, type Estate } from './estate.ts';
import { type Measure, stages } from './measures.ts';
import { type RunOptions, run, type Taken } from './process.ts';
import { type Repeats, repeat } from './repeat.ts';

const program = join(import.meta.dirname, '../../dist/main.js');

/** Where m3forge keeps its state and its place in a measurement. */
export type DatabaseKind = 'embedded' | 'server';

/** A database that can be kept aside and put back. */
export interface SavableDatabase {
  readonly url: string;
  readonly save: () => Promise<void>;
  readonly restore: () => Promise<void>;
  readonly drop: () => Promise<void>;
}

export interface World {
  readonly estate: Estate;
  /** Creates an empty database; undefined on the embedded one. */
  readonly freshDatabase: (() => Promise<SavableDatabase>) | undefined;
  readonly workspace: string;
}

/** A project on its own, which is led from stage to stage. */
interface Project {
  readonly m3forge: (line: string, options?: RunOptions) => Promise<Taken>;
  /** The estate's, which holds a configuration too. */
  readonly repository: string;
  readonly save: () => Promise<void>;
  readonly restore: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

let projects = 0;

const createProject = async ({ estate, freshDatabase, workspace }: World): Promise<Project> => {
  projects += 1;
  const directory = join(workspace, `project-${projects}`);
  const saved = `${directory}-saved`;
  mkdirSync(directory, { recursive: true });
  const database = await freshDatabase?.();
  const repository = join(estate.directory, 'repository');
  writeFileSync(join(directory, 'm3forge.yaml'), configurationOf(database?.url, repository));
  const env = { HOME: directory, M3FORGE_ACTOR: 'bench' };
  const clear = (folder: string): void => rmSync(folder, { recursive: true, force: true });
  return {
    repository,
    m3forge: (line, options = {}) =>
      run(process.execPath, ['--no-warnings', program, ...line.split(' ')], { cwd: directory, env, ...options }),
    save: async () => {
      clear(saved);
      cpSync(directory, saved, { recursive: true });
      await database?.save();
    },
    restore: async () => {
      clear(directory);
      cpSync(saved, directory, { recursive: true });
      await database?.restore();
    },
    remove: async () => {
      clear(directory);
      clear(saved);
      await database?.drop();
    },
  };
};

const perform = async (project: Project, measure: Measure, repeats: Repeats): Promise<readonly Taken[]> => {
  const { line, before, changes, inRepository } = measure;
  const options = { ...measure.options, ...(inRepository && { cwd: project.repository }) };
  if (before !== undefined) await project.m3forge(before);
  if (!changes) return repeat(() => project.m3forge(line, options), repeats);
  const timed = async (): Promise<Taken> => {
    const taken = await project.m3forge(line, options);
    await project.restore();
    return taken;
  };
  // However short: putting the project back takes longer than what is measured.
  return repeat(timed, { ...repeats, shortRuns: repeats.runs });
};

/** Leads a project through its stages, and takes each measure where it belongs. */
export const performAll = async (
  world: World,
  wanted: readonly Measure[],
  repeats: Repeats,
  took: (measure: Measure, runs: readonly Taken[]) => void,
): Promise<void> => {
  const project = await createProject(world);
  const last = Math.max(...wanted.map(({ at }) => stages.indexOf(at)));
  for (const stage of stages.slice(0, last + 1)) {
    if (stage !== 'nothing') await project.m3forge(`apply --target development --version ${stage} --yes`);
    const here = wanted.filter(({ at }) => at === stage);
    if (here.some(({ changes }) => changes)) await project.save();
    for (const measure of here) took(measure, await perform(project, measure, repeats));
  }
  await project.remove();
};
