import { type Diagnostic, problem } from '../diagnostics/index.ts';
import { wholeFile } from '../documents/index.ts';
import { counted } from '../values/index.ts';
import { quoted } from './name.ts';

/** A file that was found beside the manifest of a processor, before its content is looked at. */
export interface FoundFile {
  /** Relative to the manifest's folder. */
  readonly path: string;
  /** As Git says it: `120000` is a symbolic link, `160000` a submodule. */
  readonly mode: string;
}

/** Enough for a program and its models of moderate size; what is larger belongs into a package or an image. */
const mostFiles = 1000;
export const mostProcessorBytes = 100 * 1024 * 1024;
/** In bytes of UTF-8, for a path below the folder. */
const longestPath = 1024;

const unusual: Readonly<Record<string, string>> = {
  '120000': 'a symbolic link',
  '160000': 'a submodule',
  '000000': 'a device, pipe or socket',
};

/** Why a path could lead somewhere else on some machine, or be shown wrongly. */
const faultOf = (path: string): string | undefined => {
  if (/\p{Cc}/u.test(path) || !path.isWellFormed() || path.includes('\uFFFD')) {
    return 'is no UTF-8 text, or holds control characters';
  }
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'is absolute';
  if (path.includes('\\')) return 'holds a backslash, which separates folders on some systems';
  if (Buffer.byteLength(path) > longestPath) return `has more than ${longestPath} bytes`;
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return 'does not stay inside the folder';
  if (parts.some((part) => part.toLowerCase() === '.git')) return 'reaches into the files of Git itself';
  return undefined;
};

/** Equal for names that one file system or another takes for the same: case, and the normal form of Unicode. */
const folded = (name: string): string => name.normalize('NFC').toUpperCase().toLowerCase();

/** Pairs of paths of which some systems would make one file or one folder, each told once. */
const collisions = (folder: string, paths: readonly string[]): readonly Diagnostic[] => {
  const seen = new Map<string, string>();
  const told = new Set<string>();
  const found: Diagnostic[] = [];
  for (const path of paths) {
    const parts = path.split('/');
    for (let depth = 1; depth <= parts.length; depth += 1) {
      const here = parts.slice(0, depth).join('/');
      const key = folded(here);
      const first = seen.get(key);
      if (first === undefined) seen.set(key, here);
      if (first === undefined || first === here || told.has(key)) continue;
      told.add(key);
      const detail = `${quoted(first)} and ${quoted(here)} of the processor in ${folder} are one file or folder on some systems.`;
      found.push(
        problem('processor-path-collision', {
          detail,
          range: wholeFile(`${folder}/${path}`),
          hint: 'Rename one of them.',
        }),
      );
    }
  }
  return found;
};

const faultyEntry = (folder: string, { path, mode }: FoundFile): Diagnostic | undefined => {
  const shown = `${folder}/${path}`;
  const fault = faultOf(path);
  if (fault !== undefined) {
    const detail = `The path ${quoted(path)} of the processor in ${folder} ${fault}.`;
    return problem('processor-path-escapes', { detail, range: wholeFile(`${folder}/`), hint: 'Rename the file.' });
  }
  if (mode === '100644' || mode === '100755') return undefined;
  return problem('source-entry-unsupported', {
    detail: `${quoted(shown)} is ${unusual[mode] ?? `an entry of mode ${mode}`}, not a file.`,
    range: wholeFile(shown),
    hint: 'Put the file itself there, or take it out of the folder of the processor.',
  });
};

/**
 * What is wrong with the files beside a manifest by their paths and modes alone: what could lead out of the folder, what
 * is no file, what some systems cannot keep apart, and too many of them.
 */
export const checkProcessorFiles = (folder: string, files: readonly FoundFile[]): readonly Diagnostic[] => {
  if (files.length > mostFiles) {
    const detail = `The processor in ${folder} has ${counted(files.length, 'file')}; at most ${mostFiles} are allowed.`;
    const hint = 'Leave out what is installed or generated, and what only tests need.';
    return [problem('processor-too-large', { detail, range: wholeFile(folder), hint })];
  }
  const faulty = files.flatMap((file) => faultyEntry(folder, file) ?? []);
  return [
    ...faulty,
    ...collisions(
      folder,
      files.map(({ path }) => path).filter((path) => faultOf(path) === undefined),
    ),
  ];
};
