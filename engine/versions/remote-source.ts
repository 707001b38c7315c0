import { type Diagnostic, Refusal, refuse, warning } from '../diagnostics/index.ts';
import type { ReadBlob, WantedBlob } from './blobs.ts';
import { createGitSource } from './git-source.ts';
import type { Freshness, Mirror } from './mirror.ts';
import { wholeId } from './object-id.ts';
import type { Source } from './source.ts';
import type { TagSelection } from './tags.ts';

/** What reading complains of where the copy is damaged; the repository itself may well be in order. */
const damage: ReadonlySet<string> = new Set(['source-corrupt', 'source-not-a-repository', 'source-object-missing']);

const isDamage = (error: unknown): boolean =>
  error instanceof Refusal && error.diagnostics.some(({ code }) => damage.has(code));

/** Of these objects, those that the copy lacks. */
const missingIn = async ({ git }: Mirror, ids: readonly string[]): Promise<readonly string[]> => {
  const child = git.start(['cat-file', '--batch-check', '--buffer']);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.resume();
  child.stdin.end(ids.map((id) => `${id}\n`).join(''));
  await child.end;
  const lines = Buffer.concat(chunks).toString('utf8').split('\n');
  return lines.filter((line) => line.endsWith(' missing')).map((line) => line.slice(0, -' missing'.length));
};

/** Makes a damaged copy anew, once, and tries again. */
const createMending = (mirror: Mirror, forget: () => void) => {
  let mended = false;
  const mend = async (error: unknown): Promise<void> => {
    if (mended || !isDamage(error)) throw error;
    mended = true;
    forget();
    await mirror.rebuild();
  };
  const mending = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      await mend(error);
      return work();
    }
  };
  return { mend, mending };
};

/** Fetches what the copy lacks of these objects. */
const createBringing = (mirror: Mirror, label: string, freshness: Freshness) => {
  const present = new Set<string>();
  const bring = async (ids: readonly string[], fetch = mirror.fetchFiles): Promise<void> => {
    const unsure = [...new Set(ids)].filter((id) => !present.has(id));
    const missing = unsure.length === 0 ? [] : await missingIn(mirror, unsure);
    if (missing.length > 0 && freshness.kind === 'stale') {
      throw refuse('source-object-missing', {
        detail: `The cached copy of ${label} lacks content that is needed now. ${freshness.fault.diagnostic.detail}`,
        hint: 'Try again when the host answers.',
      });
    }
    if (missing.length > 0) await fetch(missing);
    for (const id of unsure) present.add(id);
  };
  return { bring, forget: () => present.clear() };
};

const warningsOf = (freshness: Freshness): readonly Diagnostic[] =>
  freshness.kind === 'fresh'
    ? []
    : [
        warning('source-offline', {
          detail: `${freshness.fault.diagnostic.detail} It is read as it was at ${freshness.seenAt}.`,
          hint: 'What is new there is not seen, and versions that were not read before may not be readable.',
        }),
      ];

/**
 * A source that reads a repository elsewhere through its copy: what the copy lacks is fetched, and one that turns out to be
 * damaged is made anew, once.
 */
export const openRemote = async (
  mirror: Mirror,
  label: string,
  options: TagSelection,
): Promise<Omit<Source, 'workingTree'>> => {
  const freshness = await mirror.refresh();
  const here = createGitSource({ git: mirror.git, base: '' }, label, options);
  const { bring, forget } = createBringing(mirror, label, freshness);
  const { mend, mending } = createMending(mirror, forget);

  async function* readBlobs<Wanted extends WantedBlob>(
    wanted: readonly Wanted[],
    maxBytes?: number,
  ): AsyncGenerator<ReadBlob<Wanted>> {
    await bring(wanted.map(({ blob }) => blob));
    let read = 0;
    try {
      for await (const blob of here.readBlobs(wanted, maxBytes)) {
        read += 1;
        yield blob;
      }
    } catch (error) {
      await mend(error);
      const rest = wanted.slice(read);
      await bring(rest.map(({ blob }) => blob));
      yield* here.readBlobs(rest, maxBytes);
    }
  }

  const bringCommit = (id: string): Promise<void> =>
    bring([id], () => mirror.fetchCommit(id)).catch((error: unknown) => {
      // The host has no such object: that it is unknown is said by who looks for it, in the words for that. Where the
      // host was not heard, nobody knows whether it has.
      if (freshness.kind === 'stale' || !isDamage(error)) throw error;
    });

  return {
    ...here,
    isElsewhere: true,
    warnings: warningsOf(freshness),
    tags: () => mending(here.tags),
    // A commit that no branch or tag leads to may be there all the same, under its whole id.
    revision: async (ref) => {
      if (wholeId.test(ref)) await bringCommit(ref);
      return mending(() => here.revision(ref));
    },
    authorsSince: (base, commit) => mending(() => here.authorsSince(base, commit)),
    committedAt: (commits) => mending(() => here.committedAt(commits)),
    changes: (from, to) => here.changes(from, to),
    listTree: (treeId, selection, only) => mending(() => here.listTree(treeId, selection, only)),
    listFolder: (treeId) => mending(() => here.listFolder(treeId)),
    prefetch: bring,
    readBlobs,
  };
};
