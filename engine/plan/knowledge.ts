import { findBlobs, rememberBlobs, type State } from '../state/index.ts';
import type { BlobKnowledge } from '../versions/index.ts';

/** So many blobs are asked for in one statement. */
const perQuery = 5000;

/** PostgreSQL's words for "this connection may only read". */
const readOnly = new Set(['42501', '25006']);

/** A cache that cannot be written costs time, not correctness: a reader of the state may plan too. */
export const unlessReadOnly = async (write: () => Promise<void>): Promise<void> => {
  try {
    await write();
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (typeof code !== 'string' || !readOnly.has(code)) throw error;
  }
};

/** What the state knows of Git blobs. */
export const blobKnowledge = (state: State): BlobKnowledge => ({
  lookup: async (blobs) => {
    const found: Awaited<ReturnType<typeof findBlobs>>[number][] = [];
    for (let start = 0; start < blobs.length; start += perQuery) {
      found.push(...(await findBlobs(state, blobs.slice(start, start + perQuery))));
    }
    return found;
  },
  remember: (records) =>
    unlessReadOnly(async () => {
      for (let start = 0; start < records.length; start += perQuery) {
        await rememberBlobs(state, records.slice(start, start + perQuery));
      }
    }),
});
