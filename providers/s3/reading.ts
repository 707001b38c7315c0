import { refuse } from '../../engine/diagnostics/index.ts';
import { digestOfBytes } from '../../engine/values/index.ts';
import { errorCodeIn, keysIn } from './answers.ts';
import { answerProblem } from './errors.ts';
import { folderKey, keyOf, nameOf } from './names.ts';
import type { Ask, S3Answer } from './requests.ts';

interface Range {
  readonly start: number;
  readonly length: number;
}

/** A bucket as the files of it see it. */
export interface Store {
  readonly ask: Ask;
  readonly prefix: string;
  /** For people. */
  readonly label: string;
}

/** The header under which a file's own digest is kept beside it. */
export const digestHeader = 'x-amz-meta-sha256';

/** No file of a backup that is read whole is larger: those are lists. */
const largestFile = 1024 * 1024 * 1024;

/** Whether S3 itself says so. Any other 404, such as the page of a proxy, says nothing of the file. */
export const isAbsent = ({ status, body }: S3Answer): boolean => status === 404 && errorCodeIn(body) === 'NoSuchKey';

const damaged = (label: string, name: string, what: string) =>
  refuse('backup-damaged', { detail: `The file ${name} in ${label} ${what}.` });

/** Of an answer to a range: its bytes, once it is certain that they are the ones that were asked for. */
const partOf = (answer: S3Answer, { start, length }: Range, label: string, name: string): Buffer => {
  // Who does not know ranges sends everything.
  if (answer.status === 200) return answer.body.subarray(start, start + length);
  const [, from, to, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(answer.headers['content-range'] ?? '') ?? [];
  const wanted = Math.min(length, Number(size) - start);
  if (Number(from) === start && Number(to) === start + wanted - 1 && answer.body.length === wanted) return answer.body;
  throw damaged(label, name, 'comes back in another piece than was asked for');
};

/** A range that goes beyond the end yields what there is. A whole file is compared with the digest kept beside it. */
export const readFile = async (store: Store, name: string, range?: Range): Promise<Buffer | undefined> => {
  const { ask, label } = store;
  const key = keyOf(store.prefix, name);
  // There is no range of nothing.
  if (range && range.length <= 0) return (await readFile(store, name, { ...range, length: 1 })) && Buffer.alloc(0);
  const headers = range ? { range: `bytes=${range.start}-${range.start + range.length - 1}` } : {};
  const answer = await ask({ method: 'GET', key, headers, maxBytes: largestFile });
  if (isAbsent(answer)) return undefined;
  if (range && answer.status === 416) return Buffer.alloc(0);
  if (answer.status !== 200 && answer.status !== 206) throw answerProblem(answer, label);
  if (range) return partOf(answer, range, label, name);
  const digest = answer.headers[digestHeader];
  if (digest !== undefined && digest !== digestOfBytes(answer.body)) {
    throw damaged(label, name, 'is not what was written: it has another SHA-256');
  }
  return answer.body;
};

export interface Head {
  readonly bytes: number;
  /** Of a file that was sent in one piece. */
  readonly digest: string | undefined;
}

/** An answer without a body does not say why; the same question with one does. */
const explained = async (ask: Ask, key: string, answer: S3Answer): Promise<S3Answer> => {
  const again = await ask({ method: 'GET', key, headers: { range: 'bytes=0-0' } });
  return again.status === answer.status ? again : answer;
};

/**
 * Undefined where there is no such file. No answer to HEAD says why, so that a proxy's 404 counts too: whoever concludes
 * from this that a file is lost must ask with GET.
 */
export const headOf = async ({ ask, prefix, label }: Store, name: string): Promise<Head | undefined> => {
  const answer = await ask({ method: 'HEAD', key: keyOf(prefix, name) });
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw answerProblem(await explained(ask, keyOf(prefix, name), answer), label);
  return { bytes: Number(answer.headers['content-length']), digest: answer.headers[digestHeader] };
};

/** Sorted. What somebody else put there, and uploads that are not complete, are not among them. */
export const listFiles = async ({ ask, prefix, label }: Store, folder: string): Promise<readonly string[]> => {
  const names: string[] = [];
  const query = { 'list-type': '2', 'encoding-type': 'url', prefix: folderKey(prefix, folder) };
  for (let token: string | undefined; ; ) {
    const answer = await ask({ method: 'GET', query: { ...query, ...(token && { 'continuation-token': token }) } });
    if (answer.status !== 200) throw answerProblem(answer, label);
    const { keys, next } = keysIn(answer.body, label);
    for (const key of keys) {
      const name = nameOf(prefix, key);
      if (name !== undefined) names.push(name);
    }
    if (next === undefined) return names.sort();
    if (next === token) throw refuse('backup-store-answer', { detail: `${label} lists its files without an end.` });
    token = next;
  }
};
