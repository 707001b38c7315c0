import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import { type FileMode, isFileMode } from '../artifacts/index.ts';
import { type Diagnostic, problem, Refusal } from '../diagnostics/index.ts';
import { wholeFile } from '../documents/index.ts';
import { type ArtifactKind, artifactKinds, globMatcher } from '../values/index.ts';
import { checkFolders } from './processor-folders.ts';

/** Which files are artifacts of which kind: globs over paths. */
export type Selection = Readonly<Partial<Record<ArtifactKind, readonly string[]>>>;

export interface TreeEntry {
  /** Forward slashes, relative to where the globs start. */
  readonly path: string;
  /** The Git id of the content; of a processor that of its folder, which stands for the manifest and all that is beside it. */
  readonly blob: string;
  readonly kind: ArtifactKind;
  readonly mode: FileMode;
}

/** One record of a folder's listing; the path is relative to that folder and may be anything at all. */
export interface FolderEntry {
  readonly path: string;
  readonly blob: string;
  /** As Git says it; `120000` is a symbolic link, `160000` a submodule. */
  readonly mode: string;
}

/** Records of a stream that end with NUL, as bytes: file names need not be text. */
const records = async function* (stream: Readable): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk as Buffer]) : (chunk as Buffer);
    let start = 0;
    for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, start)) {
      yield bytes.subarray(start, end);
      start = end + 1;
    }
    rest = bytes.subarray(start);
  }
};

const tab = 9;
const unusual: Readonly<Record<string, string>> = { '120000': 'a symbolic link', '160000': 'a submodule' };

/** The path as people may see it: nothing in it can command a terminal. */
const shown = (path: string): string => JSON.stringify(path).replace(/\p{Cc}/gu, '\uFFFD');

const kindMatcher = (selection: Selection): ((path: string) => readonly ArtifactKind[]) => {
  const matchers = artifactKinds.map((kind) => [kind, globMatcher(selection[kind] ?? [])] as const);
  return (path) => matchers.flatMap(([kind, matches]) => (matches(path) ? [kind] : []));
};

type Finding = TreeEntry | Diagnostic | undefined;

interface TreeRecord extends FolderEntry {
  /** Whether the path is text that can be shown and written down. */
  readonly clean: boolean;
}

const recordOf = (mode: string, blob: string, name: Buffer): TreeRecord => {
  const path = name.toString('utf8');
  return { mode, blob, path, clean: !/\p{Cc}/u.test(path) && Buffer.from(path, 'utf8').equals(name) };
};

/** One record of `git ls-tree -z`: `mode SP type SP id TAB path`. */
const parseRecord = (record: Buffer): TreeRecord => {
  const split = record.indexOf(tab);
  const [mode = '', , blob = ''] = record.toString('latin1', 0, split).split(' ');
  return recordOf(mode, blob, record.subarray(split + 1));
};

// What is no text is written so that it is refused as what it is.
const entryOf = ({ path, blob, mode, clean }: TreeRecord): FolderEntry => ({
  path: clean ? path : `${path}\uFFFD`,
  blob,
  mode,
});

/** An entry of a folder by the bytes of its name, which need not be text. */
export const namedEntry = (mode: string, blob: string, name: Buffer): FolderEntry =>
  entryOf(recordOf(mode, blob, name));

/**
 * Which of these files are artifacts, as their globs say; a processor's manifest comes without the id of its folder.
 * What is wrong with one is a part of the answer.
 */
export const artifactsAmong = (
  files: readonly FolderEntry[],
  selection: Selection,
): { readonly entries: readonly TreeEntry[]; readonly problems: readonly Diagnostic[] } => {
  const kindsOf = kindMatcher(selection);
  // Such a path was no text: `readFolder` has marked it.
  const found = files.flatMap(
    (file) => readRecord({ ...file, clean: !/[\p{Cc}\uFFFD]/u.test(file.path) }, kindsOf) ?? [],
  );
  return {
    entries: found.filter((one): one is TreeEntry => !isProblem(one)),
    problems: found.filter(isProblem),
  };
};

const readRecord = (
  { mode, blob, path, clean }: TreeRecord,
  kindsOf: (path: string) => readonly ArtifactKind[],
): Finding => {
  const [kind, second] = kindsOf(path);
  if (kind === undefined) return undefined;
  if (!clean) {
    return problem('source-path-invalid', {
      detail: `The file name ${shown(path)} is no UTF-8 text, or holds control characters.`,
      hint: 'Rename the file.',
    });
  }
  if (second !== undefined) {
    return problem('source-kind-ambiguous', {
      detail: `The globs of ${kind}s and of ${second}s both match ${shown(path)}.`,
      hint: 'Narrow one of them under source in m3forge.yaml.',
    });
  }
  if (!isFileMode(mode)) {
    return problem('source-entry-unsupported', {
      detail: `${shown(path)} is ${unusual[mode] ?? `an entry of mode ${mode}`}, not a file.`,
      range: wholeFile(path),
      hint: 'Put the file itself there, or narrow the glob that matches it.',
    });
  }
  return { path, blob, kind, mode };
};

const isProblem = (finding: TreeEntry | Diagnostic): finding is Diagnostic => 'code' in finding;

/**
 * The artifacts among the output of `git ls-tree -r -t -z`; everything that is wrong with them is thrown in one `Refusal`.
 * A processor stands for its folder.
 */
export const readTree = async (stream: Readable, selection: Selection): Promise<readonly TreeEntry[]> => {
  const kindsOf = kindMatcher(selection);
  const entries: TreeEntry[] = [];
  const problems: Diagnostic[] = [];
  const folders = new Map<string, string>();
  for await (const bytes of records(stream)) {
    const record = parseRecord(bytes);
    if (record.mode === '040000') {
      folders.set(record.path, record.blob);
      continue;
    }
    const finding = readRecord(record, kindsOf);
    if (finding === undefined) continue;
    if (isProblem(finding)) problems.push(finding);
    else if (finding.kind !== 'processor') entries.push(finding);
    // Without a folder there is no id that stands for it, and the complaint about that follows.
    else entries.push({ ...finding, blob: folders.get(posix.dirname(finding.path)) ?? '' });
  }
  const manifests = entries.filter(({ kind }) => kind === 'processor').map(({ path }) => path);
  problems.push(...checkFolders(manifests));
  if (problems.length > 0) throw new Refusal(problems);
  return entries;
};

/** Everything below one folder: the output of `git ls-tree -r -z` for its tree. */
export const readFolder = async (stream: Readable): Promise<readonly FolderEntry[]> => {
  const entries: FolderEntry[] = [];
  for await (const bytes of records(stream)) entries.push(entryOf(parseRecord(bytes)));
  return entries;
};
