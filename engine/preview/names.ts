import {
  caseless,
  findCollisions,
  isSlow,
  mayHideWords,
  type NamedFile,
  nameOfFile,
  readName,
} from '../artifacts/index.ts';
import { type Diagnostic, Refusal, warning } from '../diagnostics/index.ts';
import { type ArtifactKind, artifactKinds, compareBytes, counted } from '../values/index.ts';
import type { MergedArtifacts, Source, TreeEntry } from '../versions/index.ts';
import type { Comparison } from './compare.ts';

/** So many bytes of YAML are parsed for their names: that takes about a second. */
const mostSlow = 4 * 1024 * 1024;
/** More names than these are not sought as text: every file is parsed then. */
const mostSought = 200;

/** What the names of new artifacts come to among those that stay as they are. */
export interface NamesFound {
  /** Names that one of them has: `artifact-name-taken`, as a plan would say it. */
  readonly taken: readonly Diagnostic[];
  /** Which names could not be compared, for people alone. */
  readonly notes: readonly Diagnostic[];
}

/** What lies in a file as it is, whatever it is written in: the spellings of one sigma are one. */
const plain = (text: string): string => caseless(text).replaceAll('ς', 'σ');

/** A hyphen means nothing outside of a class, and may not be escaped there. */
const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** The longest part of a name that no quoting and no folding of lines can change. */
const pieceOf = (name: string): string =>
  plain(name)
    .split(/[\s"'\\/]+/u)
    .reduce((longest, piece) => (piece.length > longest.length ? piece : longest), '');

/**
 * Tells whether a file of YAML can have one of these names: most have not, and need not be parsed. It may be wrong only in
 * that direction. Pure.
 */
export const mayHaveName = (names: readonly string[]): ((path: string, bytes: Buffer) => boolean) => {
  const pieces = [...new Set(names.map(pieceOf))];
  if (pieces.length > mostSought || pieces.includes('')) return () => true;
  const stems = new Set(names.map(caseless));
  const sought = new RegExp(`(?<![\\p{L}\\p{N}])(?:${pieces.map(literal).join('|')})(?![\\p{L}\\p{N}])`, 'u');
  return (path, bytes) => {
    const text = bytes.toString('utf8');
    return stems.has(caseless(nameOfFile(path))) || mayHideWords(text) || sought.test(plain(text));
  };
};

/** The artifacts among these that have one of the names, and how many were not looked at. */
const sameNamed = async (
  source: Source,
  kind: ArtifactKind,
  entries: readonly TreeEntry[],
  names: readonly string[],
): Promise<{ readonly found: readonly NamedFile[]; readonly unread: number }> => {
  const wanted = new Set(names.map(caseless));
  const may = mayHaveName(names);
  const found: NamedFile[] = [];
  let [slow, unread] = [0, 0];
  for await (const { path, bytes } of source.readBlobs(entries)) {
    if (isSlow(kind, path)) {
      if (!may(path, bytes)) continue;
      slow += bytes.length;
      if (slow > mostSlow) {
        unread += 1;
        continue;
      }
    }
    const name = await readName(kind, { path, bytes });
    if (name !== undefined && wanted.has(caseless(name))) found.push({ kind, name, path });
  }
  return { found, unread };
};

const notCompared = (kind: ArtifactKind, why: string): Diagnostic =>
  warning('preview-names-not-compared', {
    detail: `The names of new ${kind}s were not compared with all others: ${why}.`,
    hint: 'Validate the merged files:\n    m3forge validate',
  });

/**
 * Whether what merging creates has the name of an artifact that stays as it is. `list` says which artifacts of these kinds the
 * merged project has: it is asked, and all of them are read, only where one of that kind is created.
 */
export const namesTaken = async (
  { changes }: Comparison,
  source: Source,
  merged: MergedArtifacts,
  list: (kinds: readonly ArtifactKind[]) => Promise<readonly TreeEntry[]>,
): Promise<NamesFound> => {
  const created = changes.filter(({ actions }) => actions.includes('create'));
  const kinds = artifactKinds.filter((kind) => created.some((change) => change.kind === kind));
  if (kinds.length === 0) return { taken: [], notes: [] };
  const touched = new Set(merged.after.map(({ path }) => path));
  const entries = (await list(kinds)).filter(({ path }) => !touched.has(path));
  const [taken, notes]: [Diagnostic[], Diagnostic[]] = [[], []];
  for (const kind of kinds) {
    const own = created.flatMap(({ kind: one, name, path }) => (one === kind ? [{ kind, name, path }] : []));
    const others = entries.filter((entry) => entry.kind === kind);
    try {
      const names = own.map(({ name }) => name);
      const { found, unread } = await sameNamed(source, kind, others, names);
      // In Git's order, as a plan reads them.
      taken.push(...findCollisions([...own, ...found].sort((left, right) => compareBytes(left.path, right.path))));
      if (unread > 0) notes.push(notCompared(kind, `${counted(unread, 'file')} too many would have to be parsed`));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      notes.push(notCompared(kind, error.message.replace(/\.$/, '')));
    }
  }
  return { taken, notes };
};
