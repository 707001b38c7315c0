import type { BackupStore } from '../../engine/provider/index.ts';

/** A backup store in memory whose files a test can look into and damage. */
export interface MemoryStore extends BackupStore {
  readonly files: Map<string, Buffer>;
  /** Names of files that a killed writer left half-written. */
  readonly drafts: Set<string>;
  /** Bytes read and written so far. */
  readonly traffic: () => { readonly read: number; readonly written: number };
  /** Called before each write and removal; what it throws is the store's failure. */
  interfere: (doing: 'write' | 'remove', name: string) => void;
  /** What is really stored of what was written. */
  corrupt: (name: string, bytes: Buffer) => Buffer;
}

export const createMemoryStore = (): MemoryStore => {
  const files = new Map<string, Buffer>();
  let read = 0;
  let written = 0;
  const store: MemoryStore = {
    label: 'memory',
    files,
    drafts: new Set(),
    traffic: () => ({ read, written }),
    interfere: () => undefined,
    corrupt: (_, bytes) => bytes,
    check: () => Promise.resolve(),
    write: async (name, chunks) => {
      store.interfere('write', name);
      if (files.has(name)) throw new Error(`${name} is there already`);
      const parts: Uint8Array[] = [];
      for await (const chunk of chunks) parts.push(chunk);
      const bytes = Buffer.concat(parts);
      written += bytes.length;
      files.set(name, store.corrupt(name, bytes));
      return { bytes: bytes.length };
    },
    read: async (name, range) => {
      const file = files.get(name);
      const part = range ? file?.subarray(range.start, range.start + range.length) : file;
      read += part?.length ?? 0;
      return part && Buffer.from(part);
    },
    list: async (folder) => [...files.keys()].filter((name) => name.startsWith(`${folder}/`)).sort(),
    sweep: async (folder, permit) => {
      const left = [...store.drafts].filter((name) => name.startsWith(`${folder}/`));
      if (left.length > 0) await permit();
      for (const name of left) store.drafts.delete(name);
      return left.length;
    },
    remove: async (name) => {
      store.interfere('remove', name);
      files.delete(name);
    },
  };
  return store;
};
