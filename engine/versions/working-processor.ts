import { lstatSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import {
  checkProcessorFiles,
  type FoundFile,
  isFileMode,
  largestArtifact,
  mostProcessorBytes,
} from '../artifacts/index.ts';
import { Refusal } from '../diagnostics/index.ts';
import { readFileBytes } from '../documents/index.ts';
import type { System } from '../system/index.ts';
import { compareBytes } from '../values/index.ts';
import { gitAt } from './git.ts';
import { type BlobReading, readBlob } from './read-blob.ts';
import { checkContents, sizeUp } from './read-processor.ts';

/** The paths below a folder that Git would take: tracked, or not ignored. Undefined where there is no repository. */
const pathsOfGit = async (system: System, root: string, folder: string): Promise<readonly string[] | undefined> => {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', `:(literal)${folder}`];
  const answer = await gitAt(system, ['-C', root], root)
    .attempt(args)
    .catch((error: unknown) => {
      if (error instanceof Refusal) return undefined;
      throw error;
    });
  if (answer?.exitCode !== 0) return undefined;
  // A repository inside the folder is told with a slash at its end.
  return [...new Set(answer.stdout.toString('utf8').split('\0'))]
    .filter((path) => path !== '')
    .map((path) => path.replace(/\/$/, '').slice(folder.length + 1));
};

const walk = (root: string, folder: string, below = ''): readonly string[] =>
  readdirSync(join(root, folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    return entry.isDirectory() ? walk(root, folder, path) : [path];
  });

const modeOf = (file: string): string | undefined => {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (!found) return undefined;
  if (found.isSymbolicLink()) return '120000';
  if (found.isDirectory()) return '160000';
  if (!found.isFile()) return '000000';
  return (found.mode & 0o111) === 0 ? '100644' : '100755';
};

const listBeside = async (system: System, root: string, folder: string): Promise<readonly FoundFile[]> => {
  const paths = (await pathsOfGit(system, root, folder)) ?? walk(root, folder);
  return [...paths].sort(compareBytes).flatMap((path) => {
    const mode = modeOf(join(root, folder, path));
    return mode === undefined ? [] : [{ path, mode }];
  });
};

/** Reads a processor as it lies in the working tree: what Git ignores beside its manifest is left out. */
export const readWorkingProcessor = async (
  system: System,
  root: string,
  manifestPath: string,
): Promise<BlobReading> => {
  const folder = posix.dirname(manifestPath);
  const beside = (await listBeside(system, root, folder)).filter(({ path }) => path !== posix.basename(manifestPath));
  const faulty = checkProcessorFiles(folder, beside);
  if (faulty.length > 0) return { artifact: null, problems: faulty };
  const sized = [];
  let total = 0;
  for (const { path, mode } of beside) {
    const bytes = await readFileBytes(root, `${folder}/${path}`, { maxBytes: largestArtifact });
    if (!bytes.ok) return { artifact: null, problems: bytes.diagnostics };
    if (isFileMode(mode)) sized.push({ path, mode, ...sizeUp(bytes.value) });
    total += bytes.value.length;
    if (total > mostProcessorBytes) break;
  }
  const wrong = checkContents(folder, sized);
  if (wrong.length > 0) return { artifact: null, problems: wrong };
  const manifest = await readFileBytes(root, manifestPath, { maxBytes: largestArtifact });
  if (!manifest.ok) return { artifact: null, problems: manifest.diagnostics };
  const files = sized.map(({ path, mode, digest }) => ({ path, mode, digest }));
  return readBlob({ kind: 'processor', path: manifestPath, bytes: manifest.value, files });
};
