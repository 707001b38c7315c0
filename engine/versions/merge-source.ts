import type { ReadBlob, WantedBlob } from './blobs.ts';
import { createGitSource, largestBlob, type Opened } from './git-source.ts';
import type { Objects } from './objects.ts';
import { noWorkingTree } from './open-source.ts';
import type { Source } from './source.ts';
import type { TagSelection } from './tags.ts';

/** More contents than these come faster through a process of their own, which is told of all of them at once. */
const mostOneByOne = 64;

/**
 * The repository of a merge as a source. Few contents come from the process that has been started already; one that does not
 * come from there is asked for as it always is, and that says why.
 */
export const mergeSource = (opened: Opened, label: string, objects: Objects, options: TagSelection): Source => {
  const source = createGitSource(opened, label, options);
  async function* readBlobs<Wanted extends WantedBlob>(
    wanted: readonly Wanted[],
    maxBytes = largestBlob,
  ): AsyncGenerator<ReadBlob<Wanted>> {
    if (wanted.length > mostOneByOne) {
      yield* source.readBlobs(wanted, maxBytes);
      return;
    }
    for (const one of wanted) {
      const object = await objects.read(one.blob, maxBytes);
      if (object?.type === 'blob') yield { ...one, bytes: object.bytes };
      else yield* source.readBlobs([one], maxBytes);
    }
  }
  return { ...source, readBlobs, workingTree: () => Promise.reject(noWorkingTree(label)) };
};
