import { createHash } from 'node:crypto';
import { type Refusal, refuse } from '../../engine/diagnostics/index.ts';
import { digestOfBytes } from '../../engine/values/index.ts';
import { errorCodeIn, uploadIdIn } from './answers.ts';
import { answerProblem } from './errors.ts';
import { keyOf } from './names.ts';
import { digestHeader, headOf, isAbsent, type Store } from './reading.ts';
import type { S3Answer, S3Request } from './requests.ts';

/** What is smaller goes in one piece; the store wants at least 5 MiB in each piece but the last, and at most 10,000. */
const partBytes = 8 * 1024 * 1024;

const md5Of = (bytes: Buffer): string => createHash('md5').update(bytes).digest('base64');

const alreadyThere = (label: string, name: string): Refusal =>
  refuse('backup-file-exists', { detail: `${name} exists in ${label}, and a backup is never replaced.` });

/** Pieces of `partBytes`; the last one may be shorter, and is there even where there is nothing at all. */
async function* partsOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    waiting.push(chunk);
    size += chunk.length;
    while (size >= partBytes) {
      const whole = Buffer.concat(waiting);
      yield whole.subarray(0, partBytes);
      waiting = [whole.subarray(partBytes)];
      size -= partBytes;
    }
  }
  yield Buffer.concat(waiting);
}

/** Only a name that is not taken yet. Stores that do not know the condition have been asked before by `headOf`. */
const ifNew = { 'if-none-match': '*' };

const askIfNew = async ({ ask }: Store, request: S3Request): Promise<S3Answer> => {
  const answer = await ask({ ...request, headers: { ...request.headers, ...ifNew } });
  return answer.status === 501 ? ask(request) : answer;
};

export interface WriteManner {
  readonly store: Store;
  readonly encryption: Readonly<Record<string, string>>;
}

/** Writes a small file in one request. */
const putWhole = async ({ store, encryption }: WriteManner, name: string, body: Buffer): Promise<void> => {
  const digest = digestOfBytes(body);
  const headers = { 'content-md5': md5Of(body), [digestHeader]: digest, ...encryption };
  const answer = await askIfNew(store, { method: 'PUT', key: keyOf(store.prefix, name), headers, body });
  if (answer.status === 200) return;
  if (answer.status !== 412) throw answerProblem(answer, store.label);
  // An earlier try whose answer got lost may have been the one that took the name.
  const mine = answer.repeated && (await headOf(store, name))?.digest === digest;
  if (!mine) throw alreadyThere(store.label, name);
};

const entityTag = (answer: S3Answer, label: string): string => {
  const tag = answer.headers.etag;
  if (tag !== undefined && /^[\x21-\x7e]{1,200}$/.test(tag)) return tag;
  throw refuse('backup-store-answer', { detail: `${label} took a part of an upload without naming it.` });
};

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const completion = (tags: readonly string[]): Buffer => {
  const parts = tags.map((tag, n) => `<Part><PartNumber>${n + 1}</PartNumber><ETag>${escaped(tag)}</ETag></Part>`);
  return Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`);
};

/** Sends a large file in parts. It gets its name with the last request; what fails before leaves no file. */
const putInParts = async (
  { store, encryption }: WriteManner,
  name: string,
  first: Buffer,
  rest: AsyncIterable<Buffer>,
): Promise<number> => {
  const { ask, label } = store;
  const key = keyOf(store.prefix, name);
  const begun = await ask({ method: 'POST', key, query: { uploads: '' }, headers: encryption });
  if (begun.status !== 200) throw answerProblem(begun, label);
  const uploadId = uploadIdIn(begun.body, label);
  const tags: string[] = [];
  let bytes = 0;
  const send = async (body: Buffer): Promise<void> => {
    const query = { partNumber: String(tags.length + 1), uploadId };
    const answer = await ask({ method: 'PUT', key, query, headers: { 'content-md5': md5Of(body) }, body });
    if (answer.status !== 200) throw answerProblem(answer, label);
    tags.push(entityTag(answer, label));
    bytes += body.length;
  };
  try {
    await send(first);
    for await (const part of rest) if (part.length > 0) await send(part);
    const request = { method: 'POST', key, query: { uploadId }, body: completion(tags) } as const;
    await requireComplete(store, name, await askIfNew(store, request), bytes);
    return bytes;
  } catch (error) {
    // It would be paid for until somebody sweeps. The failure itself is what must be told.
    await ask({ method: 'DELETE', key, query: { uploadId } }).catch(() => undefined);
    throw error;
  }
};

/** An answer that began well may still hold an error, and one that got lost may have been a success. */
const requireComplete = async (store: Store, name: string, answer: S3Answer, bytes: number): Promise<void> => {
  const code = errorCodeIn(answer.body);
  if (answer.status === 200 && code === undefined) return;
  const settled = answer.repeated && (code === 'NoSuchUpload' || answer.status === 412);
  if (settled && (await headOf(store, name))?.bytes === bytes) return;
  if (answer.status === 412) throw alreadyThere(store.label, name);
  throw answerProblem(answer, store.label);
};

/** Writes a file under a name that nobody has, and looks whether all of it arrived. */
export const writeFile = async (
  manner: WriteManner,
  name: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ readonly bytes: number }> => {
  const { store } = manner;
  if (await headOf(store, name)) throw alreadyThere(store.label, name);
  const parts = partsOf(chunks);
  const { value: first = Buffer.alloc(0) } = await parts.next();
  let bytes = first.length;
  if (first.length < partBytes) await putWhole(manner, name, first);
  else bytes = await putInParts(manner, name, first, parts);
  const head = await headOf(store, name);
  if (head?.bytes === bytes) return { bytes };
  throw refuse('backup-store-answer', {
    detail: `${store.label} has ${head ? `${head.bytes} bytes` : 'nothing'} under ${name}, where ${bytes} bytes were sent.`,
    hint: 'Nothing was recorded. Try again; where it stays so, ask whoever runs the store.',
  });
};

/** Does nothing where there is no such file. */
export const removeFile = async ({ ask, prefix, label }: Store, name: string): Promise<void> => {
  const answer = await ask({ method: 'DELETE', key: keyOf(prefix, name) });
  if (answer.status === 200 || answer.status === 204 || isAbsent(answer)) return;
  throw answerProblem(answer, label);
};
