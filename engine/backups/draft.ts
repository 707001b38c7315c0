import { refuse } from '../diagnostics/index.ts';
import type { ArtifactStore, BackupStore } from '../provider/index.ts';
import { readManifest, type State } from '../state/index.ts';
import { type Digest, type LineChange, type ManifestLine, manifestDigestOf } from '../values/index.ts';
import { type BackupContents, mergeLists } from './contents.ts';
import type { BackupLists, BodyRow, FilesRow, PackRow } from './index-file.ts';
import { type LastBackup, readLastContents } from './last.ts';
import type { RecordedContent } from './recorded.ts';

/** After so many parents in a row a backup stands alone again, so that loading one stays cheap. */
const longestChain = 32;

/** What a backup is going to say, before its bodies are written. */
export interface Draft {
  /** Undefined where it stands alone. */
  readonly parent: LastBackup | undefined;
  readonly lines: Pick<BackupLists, 'lines_added' | 'lines_removed' | 'files'>;
  /** Bodies that lie in older packs already. */
  readonly located: readonly BodyRow[];
  readonly olderPacks: readonly PackRow[];
  /** The backup in whose packs they lie, or that it continues; null where all bodies are its own. */
  readonly restsOn: string | null;
  /** Bodies to write, each sound in the place. */
  readonly bodies: readonly Digest[];
  /** Bodies that are sound neither in the place nor in an older pack. */
  readonly missing: readonly Digest[];
}

interface Sources {
  readonly state: State;
  readonly store: ArtifactStore;
  readonly backups: BackupStore;
}

/** The lists of a difference: creations and updates are lines added, deletions lines removed. */
const listsOf = (changes: readonly LineChange[]): Pick<BackupLists, 'lines_added' | 'lines_removed'> => ({
  lines_added: changes.flatMap(({ kind, name, after }) => (after === undefined ? [] : [[kind, name, after] as const])),
  lines_removed: changes.flatMap(({ kind, name, after }) => (after === undefined ? [[kind, name] as const] : [])),
});

/** What differs from the last backup; undefined where the place no longer has what was backed up then. */
const changesSince = async (
  store: ArtifactStore,
  last: LastBackup,
  recorded: RecordedContent,
): Promise<readonly LineChange[] | undefined> => {
  if (last.record.manifestDigest === recorded.manifestDigest) return [];
  if (!recorded.rowsRight) return undefined;
  // A difference is right when both its ends are. The older end may have been pruned, or changed by hand.
  if ((await store.manifestDigest(last.record.seq)) !== last.record.manifestDigest) return undefined;
  return store.difference(last.record.seq, recorded.seq);
};

const withFiles = (lines: Draft['lines'], rows: readonly FilesRow[]): Draft['lines'] =>
  rows.length === 0 ? lines : { ...lines, files: rows };

/** The files that the place knows of these processors, one row for each. */
const filesOfProcessors = async (
  store: ArtifactStore,
  processors: readonly Digest[],
): Promise<ReadonlyMap<Digest, readonly Digest[]>> => {
  if (processors.length === 0) return new Map();
  const named = Map.groupBy(await store.files(processors), ({ processor }) => processor);
  return new Map(
    processors.map((processor) => [
      processor,
      [...new Set((named.get(processor) ?? []).map(({ digest }) => digest))].sort(),
    ]),
  );
};

const processorsIn = (changes: readonly LineChange[], side: 'before' | 'after'): readonly Digest[] => [
  ...new Set(changes.flatMap((change) => (change.kind === 'processor' ? (change[side] ?? []) : []))),
];

/**
 * The files of processors that changed, and those of them that the processors before did not have: the others lie in older
 * packs. Undefined where a body before was changed by hand, so that nobody can tell.
 */
const filesOfChanges = async (
  store: ArtifactStore,
  changes: readonly LineChange[],
): Promise<{ readonly rows: readonly FilesRow[]; readonly added: readonly Digest[] } | undefined> => {
  const [before, after] = [processorsIn(changes, 'before'), processorsIn(changes, 'after')];
  if (after.length === 0) return { rows: [], added: [] };
  if (before.length > 0 && (await store.unsound(before)).length > 0) return undefined;
  const rows = [...(await filesOfProcessors(store, after))];
  const had = new Set([...(await filesOfProcessors(store, before)).values()].flat());
  return { rows, added: rows.flatMap(([, files]) => files.filter((digest) => !had.has(digest))) };
};

/** Continues the last backup. Undefined where a body is not sound in the place, so that older packs must be searched. */
const draftDelta = async (
  store: ArtifactStore,
  last: LastBackup,
  changes: readonly LineChange[],
): Promise<Draft | undefined> => {
  const lines = listsOf(changes);
  const files = await filesOfChanges(store, changes);
  if (!files) return undefined;
  // What an earlier backup missed may have been healed since.
  const added = [...lines.lines_added.map(([, , digest]) => digest), ...files.added];
  const bodies = [...new Set([...added, ...last.index.missing])];
  if (bodies.length > 0 && (await store.unsound(bodies)).length > 0) return undefined;
  const parts = { lines: withFiles(lines, files.rows), located: [], olderPacks: [], bodies, missing: [] };
  return { parent: last, restsOn: last.record.id, ...parts };
};

const wholeLines = async (
  { state, store }: Sources,
  recorded: RecordedContent,
  older: BackupContents | undefined,
  changes: readonly LineChange[] | undefined,
): Promise<readonly ManifestLine[]> => {
  if (older && changes) {
    const known = { lines_added: older.lines.map(({ kind, name, digest }) => [kind, name, digest] as const) };
    return mergeLists([
      { ...known, lines_removed: [], bodies: [] },
      { ...listsOf(changes), bodies: [] },
    ]).lines;
  }
  if (recorded.rowsRight) return store.manifest(recorded.seq);
  const manifest = await readManifest(state, recorded.manifestDigest);
  if (manifest) return manifest.entries;
  throw refuse('backup-content-unknown', {
    detail: `The rows of sequence ${recorded.seq} were changed in the place, and this state never saw what they should be.`,
    hint: 'Nothing was written. Put the rows back as they were, or take the place over anew with "m3forge state import".',
  });
};

/** A backup that stands alone; bodies that lie in older packs stay there. */
const draftWhole = async (
  sources: Sources,
  recorded: RecordedContent,
  last: LastBackup | undefined,
  changes: readonly LineChange[] | undefined,
): Promise<Draft> => {
  const older = await readLastContents(sources.backups, sources.state, last);
  const lines = await wholeLines(sources, recorded, older, changes);
  if (manifestDigestOf(lines) !== recorded.manifestDigest) {
    throw refuse('backup-content-unknown', {
      detail: `The rows of sequence ${recorded.seq} changed in the place while they were read.`,
      hint: 'Nothing was written. See who writes there beside m3forge, then try again.',
    });
  }
  const processors = [...new Set(lines.filter(({ kind }) => kind === 'processor').map(({ digest }) => digest))];
  // What the place cannot say of a body that was changed by hand, an older backup may.
  const unknown = new Set(processors.length === 0 ? [] : await sources.store.unsound(processors));
  const known = await filesOfProcessors(sources.store, processors);
  const files = processors.map(
    (digest): FilesRow => [digest, (unknown.has(digest) ? older?.files.get(digest) : known.get(digest)) ?? []],
  );
  const wanted = [...new Set([...lines.map(({ digest }) => digest), ...files.flatMap(([, digests]) => digests)])];
  const located = wanted.map((digest) => older?.bodies.get(digest)).filter((row) => row !== undefined);
  const elsewhere = wanted.filter((digest) => !older?.bodies.has(digest));
  const unsound = new Set(elsewhere.length === 0 ? [] : await sources.store.unsound(elsewhere));
  const used = new Set(located.map(([, pack]) => pack));
  return {
    parent: undefined,
    lines: withFiles(
      { lines_added: lines.map(({ kind, name, digest }) => [kind, name, digest]), lines_removed: [] },
      files,
    ),
    located,
    olderPacks: [...(older?.packs ?? [])].filter(([pack]) => used.has(pack)),
    restsOn: (located.length > 0 && last?.record.id) || null,
    bodies: elsewhere.filter((digest) => !unsound.has(digest)),
    missing: elsewhere.filter((digest) => unsound.has(digest)),
  };
};

/** Decides what the next backup says: the difference from the last one where that will do, else everything. */
export const draftBackup = async (
  sources: Sources,
  recorded: RecordedContent,
  last: LastBackup | undefined,
): Promise<Draft> => {
  const changes = last && (await changesSince(sources.store, last, recorded));
  if (last && changes && last.index.depth < longestChain) {
    const delta = await draftDelta(sources.store, last, changes);
    if (delta) return delta;
  }
  return draftWhole(sources, recorded, last, changes);
};

/** Whether the last backup is all that is wanted: the same content, and nothing that it misses can be had by now. */
export const isEnough = async (store: ArtifactStore, recorded: RecordedContent, last: LastBackup): Promise<boolean> => {
  if (last.record.manifestDigest !== recorded.manifestDigest) return false;
  const { missing } = last.index;
  return missing.length === 0 || (await store.unsound(missing)).length === missing.length;
};
