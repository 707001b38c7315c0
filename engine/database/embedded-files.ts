import { fsyncSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/**
 * PGlite's own start parameters, except that it switches fsync off (`-F`). The write-ahead log is synced with fsync,
 * because PGlite's file system has no fdatasync. All shared buffers are zeroed at every start, and a command starts it anew:
 * with the usual 128 MB that is half of opening a database. 16 MB hold what a plan reads; what they do not hold comes from
 * the system's cache. Measured: opening and closing 150 ms and 78 ms, a first release of 3,000 workflows the same.
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
  '-c',
  'shared_buffers=16MB',
];

/** What an open file looks like inside PGlite; `nfd` is Node's file descriptor. */
interface OpenFile {
  readonly nfd: number;
}

interface NodeFileSystem {
  readonly NODEFS: {
    /** Called for whatever the file system answers with an error; gives PGlite's number for it. */
    convertNodeCode: (error: NodeJS.ErrnoException) => number;
    readonly stream_ops: { fsync?: (file: OpenFile) => number };
  };
}

/** Answers of the file system after which nothing of a database can be relied on, whatever PostgreSQL makes of it. */
const fatalCodes = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO'];
/** Answers that explain why a database does not start; to some calls they mean little. */
const telling = [...fatalCodes, 'EACCES', 'EPERM'];

/** Neither an error of the file system nor one of PostgreSQL, so that nothing on the way stops it. */
export class FilesFailed extends Error {
  override readonly name = 'FilesFailed';
}

export interface EmbeddedFiles {
  readonly fs: NodeFS;
  /** The last answer of the file system that explains a failure: a PostgreSQL that could not even start says nothing of it. */
  readonly trouble: () => string | undefined;
  /** Whether the database must not be used any more: PostgreSQL was left in the middle of something. */
  readonly ended: () => boolean;
}

/** The files of an embedded database, in a directory of the real file system. What PostgreSQL syncs is really synced. */
export const embeddedFiles = async (directory: string): Promise<EmbeddedFiles> => {
  const files = new NodeFS(directory);
  let trouble: string | undefined;
  const hasEnded = (): boolean => trouble !== undefined && fatalCodes.includes(trouble);
  const init = files.init.bind(files);
  files.init = async (engine, options) => {
    const { emscriptenOpts } = await init(engine, options);
    const complete = (module: unknown): void => {
      const { NODEFS } = module as NodeFileSystem;
      const convert = NODEFS.convertNodeCode.bind(NODEFS);
      NODEFS.convertNodeCode = (error) => {
        if (error.code && telling.includes(error.code)) trouble = error.code;
        // Through all of PostgreSQL, to whoever called it: it is not asked what it makes of that, because where it gives
        // up it may spin for ever, and then nothing in this process runs any more.
        if (hasEnded()) throw new FilesFailed(`the file system answered ${error.code}`);
        return convert(error);
      };
      // PGlite's file system knows no fsync, so a commit would reach the disk whenever the kernel likes.
      NODEFS.stream_ops.fsync = (file) => {
        try {
          fsyncSync(file.nfd);
          return 0;
        } catch (error) {
          return NODEFS.convertNodeCode(error as NodeJS.ErrnoException);
        }
      };
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), complete] } };
  };
  return { fs: files, trouble: () => trouble, ended: hasEnded };
};
