import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/**
 * A prepared, empty database, so that the first run does not wait seconds for one to be set up. It lies beside the
 * bundled program; where it is missing, the database is set up the slow way, with the same result.
 */
const templateName = 'embedded-template.tar.gz';

const templateFile = (): string | undefined =>
  [`./${templateName}`, `../${templateName}`, `../../dist/${templateName}`]
    .map((place) => fileURLToPath(new URL(place, import.meta.url)))
    .find((file) => existsSync(file));

/** Makes the template. Called by the build, with the same PGlite that will open its copies. */
export const writeEmbeddedTemplate = async (file: string): Promise<void> => {
  const { PGlite } = await import('@electric-sql/pglite');
  const database = await PGlite.create();
  await database.exec('checkpoint');
  const dump = await database.dumpDataDir('gzip');
  await database.close();
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.part`, Buffer.from(await dump.arrayBuffer()));
  await rename(`${file}.part`, file);
};

interface TarEntry {
  /** Relative, without the archive's first folder. */
  readonly path: string;
  readonly kind: 'file' | 'directory';
  readonly content: Buffer;
}

const blockSize = 512;

/** The entries of a plain tar archive (ustar). */
const readTar = function* (archive: Buffer): Generator<TarEntry> {
  const text = (start: number, length: number): string => {
    const field = archive.subarray(start, start + length);
    const end = field.indexOf(0);
    return field.toString('utf8', 0, end < 0 ? length : end);
  };
  for (let at = 0; at + blockSize <= archive.length && archive[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12).trim() || '0', 8);
    const isUstar = text(at + 257, 5) === 'ustar';
    const prefix = isUstar ? text(at + 345, 155) : '';
    const name = normalize(prefix ? `${prefix}/${text(at, 100)}` : text(at, 100)).replace(/^\/+/, '');
    const type = String.fromCharCode(archive[at + 156] ?? 0);
    const content = archive.subarray(at + blockSize, at + blockSize + size);
    if (type === '5' || name.endsWith('/')) yield { path: name, kind: 'directory', content: Buffer.alloc(0) };
    else if (type === '0' || type === '\0') yield { path: name, kind: 'file', content };
    at += blockSize + Math.ceil(size / blockSize) * blockSize;
  }
};

const syncDirectory = async (directory: string): Promise<void> => {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** So many files are written at once: syncing each of a thousand in turn would take most of a second. */
const filesAtOnce = 32;

const unpack = async (template: string, directory: string): Promise<void> => {
  const archive = await promisify(gunzip)(await readFile(template));
  const files: TarEntry[] = [];
  const folders = new Set<string>();
  for (const entry of readTar(archive)) {
    if (entry.kind === 'file') files.push(entry);
    folders.add(entry.kind === 'file' ? dirname(entry.path) : entry.path);
  }
  for (const folder of folders) await mkdir(join(directory, folder), { recursive: true, mode: 0o700 });
  const queue = files.values();
  const worker = async (): Promise<void> => {
    for (const { path, content } of queue) {
      await writeFile(join(directory, path), content, { mode: 0o600, flush: true });
    }
  };
  await Promise.all(Array.from({ length: filesAtOnce }, worker));
  for (const folder of folders) await syncDirectory(join(directory, folder));
};

/** Sets a database up from nothing, by `initdb`; takes some seconds. */
const initialise = async (directory: string): Promise<void> => {
  const { PGlite } = await import('@electric-sql/pglite');
  const database = await PGlite.create(directory);
  await database.close();
};

/**
 * Creates the data directory of an embedded database. It appears under its name only when it is whole; what an earlier
 * attempt left behind is cleared away. The caller holds the directory's lock.
 */
export const createDataDirectory = async (dataDirectory: string): Promise<void> => {
  const draft = `${dataDirectory}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  const template = templateFile();
  await (template ? unpack(template, draft) : initialise(draft));
  await rename(draft, dataDirectory);
  await syncDirectory(dirname(dataDirectory));
};
