import { fsyncSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/**
 * PGlite's own start parameters, except that it switches fsync off (`-F`). The write-ahead log is synced with fsync,
 * because PGlite's file system has no fdatasync.
 */
export const startParameters: readonly string[] = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
  '-c',
  'wal_sync_method=fsync',
  '-c',
  'search_path=pg_catalog',
  '-c',
  'timezone=UTC',
  '-c',
  'datestyle=ISO',
];

/** What an open file looks like inside PGlite; `nfd` is Node's file descriptor. */
interface OpenFile {
  readonly nfd: number;
}

interface NodeFileSystem {
  readonly NODEFS: { readonly stream_ops: { fsync?: (file: OpenFile) => number } };
}

/** The files of an embedded database, in a directory of the real file system. What PostgreSQL syncs is really synced. */
export const embeddedFiles = async (directory: string): Promise<NodeFS> => {
  const files = new NodeFS(directory);
  const init = files.init.bind(files);
  files.init = async (engine, options) => {
    const { emscriptenOpts } = await init(engine, options);
    const addSync = (module: unknown): void => {
      // PGlite's file system knows no fsync, so a commit would reach the disk whenever the kernel likes.
      (module as NodeFileSystem).NODEFS.stream_ops.fsync = (file) => {
        fsyncSync(file.nfd);
        return 0;
      };
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), addSync] } };
  };
  return files;
};
