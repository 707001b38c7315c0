import type { BackupStore, Check, CheckOrder, CheckResult } from '../contract.ts';
import type { AskManner, Remote } from './remote.ts';
import { said } from './said.ts';
import type { OpenedStore, StoreMethod } from './wire.ts';

// What a third-party provider offers, as the engine knows it. Each answer is looked at before anything is built on it.

/** What is sent at a time: enough to hide the way between the processes, little enough to hold in memory. */
const pieceBytes = 1024 * 1024;

/** The chunks of a source in pieces, with a count of what was taken. */
const createPieces = (chunks: AsyncIterable<Uint8Array>) => {
  const iterator = chunks[Symbol.asyncIterator]();
  let bytes = 0;
  let done = false;
  const next = async (): Promise<Uint8Array | undefined> => {
    const parts: Uint8Array[] = [];
    let size = 0;
    while (!done && size < pieceBytes) {
      const chunk = await iterator.next();
      done = chunk.done === true;
      if (chunk.done) break;
      parts.push(chunk.value);
      size += chunk.value.length;
    }
    bytes += size;
    return size === 0 && done ? undefined : Buffer.concat(parts);
  };
  /** A source that nobody reads to its end wants to know. */
  const close = async (): Promise<void> => void (await iterator.return?.());
  return { next, taken: () => bytes, isDone: () => done, close };
};

const fileName = /^(?:(?!\.\.?(?:\/|$))[A-Za-z0-9._-]{1,255}(?:\/(?!$)|$))+$/;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const labelOf = (remote: Remote, label: unknown): string => {
  if (typeof label === 'string' && label !== '') return said(label, remote.redact);
  throw remote.nonsense('has a store without a label');
};

const namesIn = (remote: Remote, folder: string, value: unknown): readonly string[] => {
  const start = folder === '' ? '' : `${folder}/`;
  const isName = (name: unknown): boolean => typeof name === 'string' && fileName.test(name) && name.startsWith(start);
  if (!Array.isArray(value) || !value.every(isName))
    throw remote.nonsense('lists files with what are no names of them');
  return [...new Set(value as readonly string[])].sort();
};

const bytesIn = (remote: Remote, value: unknown, most: number | undefined): Buffer | undefined => {
  if (value === undefined) return undefined;
  if (!(value instanceof Uint8Array)) throw remote.nonsense('reads a file as something that is no bytes');
  if (most !== undefined && value.length > most) throw remote.nonsense('reads more of a file than was asked for');
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
};

export interface StoreOrder {
  readonly options: object;
  readonly directory: string;
  readonly timeoutMs: number;
}

export const openStore = async (remote: Remote, order: StoreOrder): Promise<BackupStore> => {
  const opened = await remote.ask({ ask: 'open', context: order }, { doing: 'open its backup store' });
  const { store, label, sweeps } = opened as OpenedStore;
  const call = (method: StoreMethod, args: readonly unknown[], manner: AskManner) =>
    remote.ask({ ask: 'store', store, method, args }, manner);
  return {
    label: labelOf(remote, label),
    check: async () => void (await call('check', [], { doing: 'look whether backups can be written' })),
    write: async (name, chunks) => {
      const pieces = createPieces(chunks);
      const manner = { doing: `write the backup file ${name}`, back: () => pieces.next() };
      const result = await call('write', [name], manner).finally(() => pieces.close().catch(() => undefined));
      const bytes = isRecord(result) ? result.bytes : undefined;
      if (pieces.isDone() && bytes === pieces.taken()) return { bytes };
      throw remote.nonsense(`says that it wrote ${String(bytes)} bytes of ${name}, and took ${pieces.taken()}`);
    },
    read: async (name, range) => {
      const args = range ? [name, { start: range.start, length: range.length }] : [name];
      const value = await call('read', args, { doing: `read the backup file ${name}` });
      return bytesIn(remote, value, range?.length);
    },
    list: async (folder) => namesIn(remote, folder, await call('list', [folder], { doing: 'list backup files' })),
    remove: async (name) => void (await call('remove', [name], { doing: `remove the backup file ${name}` })),
    sweep: async (folder, permit) => {
      if (!sweeps) return 0;
      const swept = await call('sweep', [folder], { doing: 'remove half-written files', back: permit });
      if (typeof swept === 'number' && Number.isSafeInteger(swept) && swept >= 0) return swept;
      throw remote.nonsense('removed half-written files without saying how many');
    },
  };
};

/** So long a check may go on after its own time, so that it can say itself that it took too long. */
const graceMs = 2000;

/** So much of the end of the output goes into the release log. */
const shownCharacters = 64 * 1024;

const resultIn = (remote: Remote, value: unknown, redact: CheckOrder['redact']): CheckResult => {
  const { passed, detail, output = '' } = isRecord(value) ? value : {};
  if (typeof passed !== 'boolean' || typeof detail !== 'string' || typeof output !== 'string') {
    throw remote.nonsense('answered a check with what is no result');
  }
  return { passed, detail: said(detail, redact), output: redact(output).slice(-shownCharacters) };
};

export const openRemoteCheck = (remote: Remote, directory: string): Check => ({
  run: async ({ redact, signal, ...order }) => {
    const { name, options, timeoutMs, variables } = order;
    const question = { name, options, timeoutMs, directory, variables };
    const manner = { doing: `carry out the check "${name}"`, limitMs: timeoutMs + graceMs, signal };
    return resultIn(remote, await remote.ask({ ask: 'check', question }, manner), redact);
  },
});
