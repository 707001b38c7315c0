import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
// As a whole, because an old Node that lacks one of its names would say nothing but that.
import vm from 'node:vm';

/**
 * Loads the files of the program. Node's own compile cache keeps what V8 makes of a file when it is read, which are the
 * functions that run at once; all others are compiled anew in each process, when they are called first: half of the time that
 * a short command takes. Here the code is kept as it is when a command has ended, with all that it has called.
 */
export interface Loader {
  /** Runs a CommonJS file once, and returns what it exports. */
  readonly load: (file: string) => unknown;
  /**
   * Keeps the code of all that was loaded, where a part of it was loaded for the first time, or ended for the first time like
   * this: each command has a file of its own, and what has failed early has not called the rest.
   */
  readonly keep: (ending: number) => void;
}

/** In the first line of a file of code. */
interface Header {
  /** That of the source. */
  readonly edition: string;
  /** Of the code. Without it V8 would run what a disk has damaged. */
  readonly checksum: number;
  /** The exit codes of the commands that have called what is in it. */
  readonly endings: readonly number[];
}

/** Code that was kept. */
interface Kept extends Pick<Header, 'endings'> {
  readonly code: Buffer;
}

interface Loaded {
  readonly module: { exports: unknown };
  readonly script: vm.Script;
  /** Undefined where its code is not kept. */
  readonly edition: string | undefined;
  /** What was kept of it; undefined where there was nothing. */
  readonly kept: Kept | undefined;
}

// Loaded when the first of these is asked for, which Node has not loaded by itself.
const builtIn = process.getBuiltinModule;
const checksumOf = (bytes: Uint8Array): number => builtIn('node:zlib').crc32(bytes);

/** The bundler puts a digest of the content into the names of all files but the first, which is short. */
const isNamedByContent = (file: string): boolean => /-[\w-]{8}\.cjs$/.test(file);

/** What a file is now: its name says what is in it as it was built, and these whether somebody has changed it by hand. */
const editionOf = (file: string): string => {
  const { size, mtimeMs, ctimeMs } = statSync(file);
  return `${size} ${mtimeMs} ${ctimeMs}`;
};

const readKept = (file: string, edition: string): Kept | undefined => {
  try {
    const content = readFileSync(file);
    const end = content.indexOf(10);
    const code = content.subarray(end + 1);
    const header: Header = JSON.parse(content.toString('latin1', 0, end));
    return header.edition === edition && header.checksum === checksumOf(code)
      ? { code, endings: header.endings }
      : undefined;
  } catch {
    return undefined;
  }
};

/** Whoever reads it meanwhile sees the old file or the new one. Says whether it could be written. */
const writeKept = (file: string, edition: string, { code, endings }: Kept): boolean => {
  const draft = `${file}.${process.pid}`;
  const header: Header = { edition, checksum: checksumOf(code), endings };
  try {
    // Whatever others may write: they must not choose what runs here.
    mkdirSync(dirname(file), { recursive: true, mode: 0o755 });
    writeFileSync(draft, Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), code]), { mode: 0o644 });
    renameSync(draft, file);
    return true;
  } catch {
    try {
      rmSync(draft, { force: true });
    } catch {
      // Where it could not even be looked for, there is none.
    }
    return false;
  }
};

const parameters = 'exports, require, module, __filename, __dirname';
const opening = `(function (${parameters}) {`;

/** `directory` is where code is kept; undefined where none is. */
export const createLoader = (directory: string | undefined): Loader => {
  const loaded = new Map<string, Loaded>();
  // V8 takes no code that another V8 has made, or the same with other options. What is loaded after a change of options is
  // refused each time, and not kept each time.
  let place: string | undefined;
  let outside: NodeJS.Require | undefined;
  const keptFile = (file: string): string => {
    place ??= join(directory ?? '', String(builtIn('node:v8').cachedDataVersionTag()));
    return join(place, `${basename(file)}.code`);
  };
  const compile = (file: string): Loaded => {
    const isKept = directory !== undefined && isNamedByContent(file);
    const edition = isKept ? editionOf(file) : undefined;
    const kept = edition === undefined ? undefined : readKept(keptFile(file), edition);
    const script = new vm.Script(`${opening}${readFileSync(file, 'utf8')}\n})`, {
      filename: file,
      columnOffset: -opening.length,
      ...(kept && { cachedData: kept.code }),
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    return { module: { exports: {} }, script, edition, kept };
  };
  const load: Loader['load'] = (file) => {
    const known = loaded.get(file);
    if (known) return known.module.exports;
    const one = compile(file);
    loaded.set(file, one);
    const require = (name: string): unknown => {
      if (name.startsWith('.')) return load(join(dirname(file), name));
      outside ??= createRequire(file);
      return outside(name);
    };
    try {
      one.script.runInThisContext()(one.module.exports, require, one.module, file, dirname(file));
    } catch (error) {
      // Half of a file is none: whoever asks for it again is told the same.
      loaded.delete(file);
      throw error;
    }
    return one.module.exports;
  };
  return {
    load,
    keep: (ending) => {
      const isNew = ({ edition, kept }: Loaded): boolean => edition !== undefined && !kept?.endings.includes(ending);
      if (![...loaded.values()].some(isNew)) return;
      for (const [file, { script, edition, kept }] of loaded) {
        if (edition === undefined) continue;
        const made = script.createCachedData();
        // V8 forgets functions that were not called for long; what others need is not thrown away for that.
        const code = kept && kept.code.length > made.length ? kept.code : made;
        const endings = [...new Set([...(kept?.endings ?? []), ending])];
        // Where one cannot be written, as on a full disk, the others need not be tried.
        if (!writeKept(keptFile(file), edition, { code, endings })) return;
      }
    },
  };
};
