import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { constants, Script } from 'node:vm';

/**
 * Loads the files of the program. Node's own compile cache keeps what V8 makes of a file when it is read, which are the
 * functions that run at once; all others are compiled anew in each process, when they are called first: half of the time that
 * a short command takes. Here the code is kept as it is when a command has ended, with all that it has called.
 */
export interface Loader {
  /** Runs a CommonJS file whose text is ASCII, once, and returns what it exports. */
  readonly load: (file: string) => unknown;
  /** Keeps the code of all that was loaded, where a part of it was loaded for the first time: each command has a file of its own. */
  readonly keep: () => void;
}

interface Loaded {
  readonly module: { exports: unknown };
  readonly script: Script;
  /** That of the file's bytes. */
  readonly checksum: number;
  /** The code that was kept of it, in bytes; undefined where there was none. */
  readonly keptBytes: number | undefined;
}

// Loaded when the first of these is asked for, which Node has not loaded by itself.
const builtIn = process.getBuiltinModule;
const checksumOf = (bytes: Uint8Array): number => builtIn('node:zlib').crc32(bytes);

/** A header of one line: the checksums of the source and of the code, without which V8 would run what a disk has damaged. */
const readKept = (file: string, checksum: number): Buffer | undefined => {
  try {
    const content = readFileSync(file);
    const end = content.indexOf(10);
    const code = content.subarray(end + 1);
    return content.toString('latin1', 0, end) === `${checksum} ${checksumOf(code)}` ? code : undefined;
  } catch {
    return undefined;
  }
};

/** Whoever reads it meanwhile sees the old file or the new one. Where nothing can be written, nothing is kept. */
const writeKept = (file: string, checksum: number, code: Uint8Array): void => {
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(draft, Buffer.concat([Buffer.from(`${checksum} ${checksumOf(code)}\n`), code]));
    renameSync(draft, file);
  } catch {}
};

const parameters = 'exports, require, module, __filename, __dirname';
const opening = `(function (${parameters}) {`;

/** `directory` is where code is kept; undefined where none is. */
export const createLoader = (directory: string | undefined): Loader => {
  const loaded = new Map<string, Loaded>();
  // V8 takes no code that another V8 has made, or the same with other options. What is loaded after a change of options is
  // refused each time, and not kept each time.
  let place: string | undefined;
  const keptFile = (file: string): string => {
    place ??= join(directory ?? '', String(builtIn('node:v8').cachedDataVersionTag()));
    return join(place, `${basename(file)}.code`);
  };
  const compile = (file: string): Loaded => {
    const bytes = readFileSync(file);
    const checksum = directory === undefined ? 0 : checksumOf(bytes);
    const kept = directory === undefined ? undefined : readKept(keptFile(file), checksum);
    const script = new Script(`${opening}${bytes.toString('latin1')}\n})`, {
      filename: file,
      columnOffset: -opening.length,
      ...(kept && { cachedData: kept }),
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    return { module: { exports: {} }, script, checksum, keptBytes: kept?.length };
  };
  const load: Loader['load'] = (file) => {
    const known = loaded.get(file);
    if (known) return known.module.exports;
    const one = compile(file);
    loaded.set(file, one);
    const outside = createRequire(file);
    const require = (name: string): unknown => (name.startsWith('.') ? load(join(dirname(file), name)) : outside(name));
    one.script.runInThisContext()(one.module.exports, require, one.module, file, dirname(file));
    return one.module.exports;
  };
  return {
    load,
    keep: () => {
      if (directory === undefined || ![...loaded.values()].some(({ keptBytes }) => keptBytes === undefined)) return;
      for (const [file, { script, checksum, keptBytes = 0 }] of loaded) {
        const code = script.createCachedData();
        // V8 forgets functions that were not called for long; what others need is not thrown away for that.
        if (code.length > keptBytes) writeKept(keptFile(file), checksum, code);
      }
    },
  };
};
