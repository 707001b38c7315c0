import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { System } from '../system/index.ts';
import { copyHeader, copyStatement, copyTrailer, encodeRows } from './binary-copy.ts';
import type { CopyRow, CopyTarget } from './database.ts';
import { type DirectoryLock, lockDirectory } from './directory-lock.ts';
import type { Driver } from './driver.ts';
import { damaged, explainEmbeddedError } from './embedded-errors.ts';
import { type EmbeddedFiles, embeddedFiles, FilesFailed, startParameters } from './embedded-files.ts';
import { createDataDirectory } from './embedded-template.ts';
import { parsers } from './wire-values.ts';

/** PGlite copies from one blob in memory, so a large copy is several statements of about this size. */
const blobBytes = 32 * 1024 * 1024;
const batchBytes = 1024 * 1024;

/** A running PGlite, and what its file system last complained of. */
interface Engine extends Pick<EmbeddedFiles, 'trouble' | 'ended'> {
  readonly pglite: PGlite;
}

const openEngine = async (dataDirectory: string, label: string): Promise<Engine> => {
  const { fs, trouble, ended } = await embeddedFiles(dataDirectory);
  try {
    const pglite = await PGlite.create({
      fs,
      parsers: { ...parsers },
      relaxedDurability: false,
      startParams: [...startParameters],
    });
    // Parameters arrive as text already, as they do at a server.
    for (const oid of Object.keys(pglite.serializers)) pglite.serializers[oid] = (value: string) => value;
    // After a failure PGlite says by itself that the next statement may come: to a PostgreSQL that waits for ever by then.
    const send = pglite.execProtocolRawSync.bind(pglite);
    pglite.execProtocolRawSync = (message) => {
      if (ended()) throw new FilesFailed('the file system failed before');
      return send(message);
    };
    return { pglite, trouble, ended };
  } catch (error) {
    throw explainEmbeddedError(error, label, 'opening', trouble());
  }
};

/**
 * Closes what can be closed. Where the file system failed, PostgreSQL's last checkpoint would fail too, again and again: it is
 * left as a crash would leave it, and the next one to open the directory recovers it from its log.
 */
const closeEngine = async ({ pglite, ended }: Engine): Promise<void> => {
  if (!pglite.closed && !ended()) await pglite.close();
};

const copyIn = async (
  engine: PGlite,
  target: CopyTarget,
  rows: AsyncIterable<CopyRow> | Iterable<CopyRow>,
  sentBytes: (bytes: number) => void,
): Promise<number> => {
  const sql = copyStatement(target, "'/dev/blob'");
  let pieces: Buffer[] = [];
  let size = 0;
  let count = 0;
  const flush = async (): Promise<void> => {
    const bytes = copyHeader.byteLength + size + copyTrailer.byteLength;
    await engine.query(sql, [], { blob: new Blob([copyHeader, ...pieces, copyTrailer]) });
    sentBytes(Buffer.byteLength(sql) + bytes);
    [pieces, size] = [[], 0];
  };
  for await (const batch of encodeRows(target.columns, rows, batchBytes)) {
    pieces.push(batch.bytes);
    size += batch.bytes.byteLength;
    count += batch.rows;
    if (size >= blobBytes) await flush();
  }
  if (size > 0) await flush();
  return count;
};

/** Makes the folder, takes its lock, and opens the database in it, creating it where it is not there. */
const openLocked = async (
  directory: string,
  label: string,
  system: System,
  options: { readonly lockTimeoutMs: number; readonly command: string },
): Promise<{ readonly engine: Engine; readonly lock: DirectoryLock }> => {
  let lock: DirectoryLock | undefined;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    lock = await lockDirectory(directory, label, system, options);
    const dataDirectory = join(directory, 'data');
    if (!existsSync(dataDirectory)) await createDataDirectory(dataDirectory);
    // PGlite sets up a new database over the old one where this file is missing, and nothing would be left of it.
    else if (!existsSync(join(dataDirectory, 'PG_VERSION'))) throw damaged(label);
    system.beforeEmbedded();
    return { engine: await openEngine(dataDirectory, label), lock };
  } catch (error) {
    await lock?.release();
    throw explainEmbeddedError(error, label, 'opening');
  }
};

/** The embedded database in a directory: `lock` says who has it open, `data` holds what PostgreSQL keeps. */
export const openEmbedded = async (
  directory: string,
  system: System,
  options: { readonly lockTimeoutMs: number; readonly command: string },
): Promise<Driver> => {
  const label = `embedded (${relative(system.cwd(), directory) || '.'})`;
  const { engine: opened, lock } = await openLocked(directory, label, system, options);
  let engine = opened;

  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      // Until it is opened again: a database whose files failed may never answer.
      if (engine.ended()) throw new FilesFailed('the file system failed before');
      return await work();
    } catch (error) {
      throw explainEmbeddedError(error, label, 'working', engine.trouble());
    }
  };
  const close = async (): Promise<void> => {
    try {
      await closeEngine(engine);
    } finally {
      await lock.release();
    }
  };

  return {
    kind: 'embedded',
    label,
    run: (sql, parameters, sent) =>
      attempt(async () => {
        const answer = engine.pglite.query<object>(sql, [...parameters]);
        sent?.();
        const result = await answer;
        return { rows: result.rows, written: result.affectedRows ?? 0 };
      }),
    script: (sql) => attempt(async () => void (await engine.pglite.exec(sql))),
    copyIn: (target, rows, sentBytes) => attempt(() => copyIn(engine.pglite, target, rows, sentBytes)),
    // The directory's lock is kept all the while: it is the lease, and somebody may be waiting for it.
    reconnect: async () => {
      await closeEngine(engine).catch(() => undefined);
      engine = await openEngine(join(directory, 'data'), label);
    },
    close,
  };
};
