import { refuse } from '../../engine/diagnostics/index.ts';
import { errorCodeIn, type Upload, uploadsIn } from './answers.ts';
import { answerProblem } from './errors.ts';
import { folderKey, nameOf } from './names.ts';
import type { Store } from './reading.ts';

/** Uploads that somebody began in a folder and never completed. A store that cannot list them is left as it is. */
const unfinishedIn = async ({ ask, prefix, label }: Store, folder: string): Promise<readonly Upload[]> => {
  const start = folderKey(prefix, folder);
  const found: Upload[] = [];
  for (let from: Upload | undefined; ; ) {
    const marker = from && { 'key-marker': from.key, 'upload-id-marker': from.id };
    const query = { uploads: '', 'encoding-type': 'url', prefix: start, ...marker };
    const answer = await ask({ method: 'GET', query });
    if (answer.status === 501 || answer.status === 405) return found;
    if (answer.status !== 200) throw answerProblem(answer, label);
    const { uploads, next } = uploadsIn(answer.body, label);
    // What the store did not filter, or what somebody else uploads there, is not the sweeper's.
    found.push(...uploads.filter(({ key }) => key.startsWith(start) && nameOf(prefix, key) !== undefined));
    if (next === undefined) return found;
    if (next.key === from?.key && next.id === from.id) {
      throw refuse('backup-store-answer', { detail: `${label} lists its uploads without an end.` });
    }
    from = next;
  }
};

/** Ends uploads that killed writers left, once `permit` allows it. */
export const sweepFolder = async (store: Store, folder: string, permit: () => Promise<void>): Promise<number> => {
  const uploads = await unfinishedIn(store, folder);
  if (uploads.length === 0) return 0;
  await permit();
  for (const { key, id } of uploads) {
    const answer = await store.ask({ method: 'DELETE', key, query: { uploadId: id } });
    // Somebody else may have ended it in between.
    const isGone = answer.status === 404 && errorCodeIn(answer.body) === 'NoSuchUpload';
    if (answer.status !== 204 && answer.status !== 200 && !isGone) throw answerProblem(answer, store.label);
  }
  return uploads.length;
};
