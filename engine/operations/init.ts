import { access, lstat, mkdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { createFiles, type NewFile, replaceFile } from '../config/index.ts';
import { type Outcome, problem, Refusal, refuse, success, warning } from '../diagnostics/index.ts';
import { systemReason } from '../documents/index.ts';
import { isLower } from '../values/index.ts';
import { openSource } from '../versions/index.ts';
import { ignoredFolders, newFiles, schemaFile, schemaText } from './init-files.ts';
import { asOutcome, type OperationContext } from './session.ts';

export interface InitRequest {
  /** Absolute; created where it does not exist. */
  readonly directory: string;
  /** Only the copy of the schema, which may be there in an older edition. */
  readonly schemaOnly: boolean;
}

/** What was made, and what has to be done before the first plan. */
export interface Initialised {
  readonly directory: string;
  /** Relative to the directory. */
  readonly created: readonly string[];
  /** Where an editor finds the schema, from the configuration. */
  readonly schema: string;
  readonly repository: {
    /** Whether the directory is inside a Git repository already. */
    readonly exists: boolean;
    /** A version that no tag names yet. */
    readonly nextVersion: string;
    /** Folders that the repository's own `.gitignore` does not name yet. */
    readonly unignored: readonly string[];
  };
}

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** A package that a project has installed brings its schema along, and with each update a new one. */
const installedSchema = async (directory: string): Promise<string | undefined> => {
  for (let here = directory; ; here = dirname(here)) {
    const found = join(here, 'node_modules/m3forge/schemas/m3forge.schema.json');
    const readable = await access(found).then(
      () => true,
      () => false,
    );
    if (readable) {
      const path = relative(directory, found).split(sep).join('/');
      return path.startsWith('.') ? path : `./${path}`;
    }
    if (dirname(here) === here) return undefined;
  }
};

/** The directory's name as the name of a project: what YAML and people read without any quotes. */
const projectName = (directory: string): string =>
  basename(directory)
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
    .replaceAll(/^[^\p{L}]+|[-.]+$/gu, '')
    .slice(0, 100) || 'workflows';

const nextVersion = (names: readonly string[]): string => {
  const highest = names.reduce<string | undefined>(
    (best, name) => (best === undefined || isLower(best, name) ? name : best),
    undefined,
  );
  const [, major, minor] = /^v?(\d+)\.(\d+)\./.exec(highest ?? '') ?? [];
  return minor === undefined ? 'v0.1.0' : `v${major}.${Number(minor) + 1}.0`;
};

/** Looks for Git and a repository around the directory; that there is none is no problem yet. */
const lookForRepository = async ({ system }: OperationContext, directory: string) => {
  try {
    const selection = { versionPattern: 'v*.*.*', includePrerelease: true };
    const source = await openSource(system, {
      ...selection,
      repository: '.',
      directory,
      cacheDirectory: join(directory, '.m3forge/sources'),
    });
    const names = (await source.tags()).map(({ version }) => version.name);
    return { exists: true, nextVersion: nextVersion(names), diagnostics: [] };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const diagnostics = error.diagnostics.filter(({ code }) => code !== 'source-not-a-repository');
    // Without Git everything is written all the same; it is the first plan that needs it.
    const warnings = diagnostics.map(({ code, detail, hint }) => warning(code, { detail, hint }));
    return { exists: false, nextVersion: 'v0.1.0', diagnostics: warnings };
  }
};

const unignoredIn = async (directory: string): Promise<readonly string[]> => {
  const text = await readFile(join(directory, '.gitignore'), 'utf8').catch(() => '');
  const lines = new Set(text.split(/\r?\n/).map((line) => line.trim().replace(/^\/|\/$/g, '')));
  return ignoredFolders.filter((folder) => !lines.has(folder.slice(0, -1)));
};

const makeDirectory = async (directory: string): Promise<void> => {
  try {
    await mkdir(directory, { recursive: true });
    if ((await stat(directory)).isDirectory()) return;
    throw Object.assign(new Error(directory), { code: 'ENOTDIR' });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const reason = code === 'EEXIST' ? 'a file of that name is there' : systemReason(error);
    throw refuse('output-unwritable', { detail: `The directory ${directory} cannot be made: ${reason}.` }, error);
  }
};

/** Writes the schema, over an older edition of itself at most. */
const writeSchema = async (context: OperationContext, directory: string): Promise<void> => {
  const path = join(directory, schemaFile);
  const text = await schemaText();
  const present = await readFile(path, 'utf8').catch(() => undefined);
  if (present === undefined) return createFiles(directory, [{ path: schemaFile, text }]);
  if (!/^\{\s*"\$schema":[^,]*,\s*"title": "m3forge\.yaml"/.test(present)) {
    throw refuse('output-unwritable', {
      detail: `${path} is there already and no schema of m3forge, so it is not replaced.`,
    });
  }
  return present === text ? undefined : replaceFile(context.system, path, text);
};

const refuseExisting = (file: string) =>
  problem('init-exists', {
    detail: `${file} is there already, and nothing is overwritten.`,
    hint: 'Choose another directory, or go on with what is there:\n\n    m3forge validate',
  });

/** `m3forge init`: a commented configuration and an example workflow. What is there is never overwritten. */
export const init = (context: OperationContext, request: InitRequest): Promise<Outcome<Initialised>> =>
  asOutcome(async () => {
    const { directory, schemaOnly } = request;
    const configFile = join(directory, 'm3forge.yaml');
    if (!schemaOnly && (await isThere(configFile))) throw new Refusal(refuseExisting(configFile));
    await makeDirectory(directory);
    const installed = await installedSchema(directory);
    const schema = installed ?? `./${schemaFile}`;
    let files: readonly NewFile[] = [];
    if (schemaOnly) await writeSchema(context, directory);
    else {
      files = await newFiles({
        project: projectName(directory),
        schema,
        withWorkflow: !(await isThere(join(directory, 'workflows'))),
        withIgnore: !(await isThere(join(directory, '.gitignore'))),
        withSchema: installed === undefined && !(await isThere(join(directory, schemaFile))),
      });
      await createFiles(directory, files);
    }
    const { diagnostics, ...repository } = await lookForRepository(context, directory);
    return success(
      {
        directory,
        created: schemaOnly ? [schemaFile] : files.map(({ path }) => path),
        schema: schemaOnly ? `./${schemaFile}` : schema,
        repository: { ...repository, unignored: await unignoredIn(directory) },
      },
      diagnostics,
    );
  });
