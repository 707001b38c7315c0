import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Refusal, refuse } from '../diagnostics/index.ts';
import type { System } from '../system/index.ts';
import type { Invocation } from './invocation.ts';
import { adviceOnSystemCode, systemWords } from './views/system-words.ts';

/** What is written: a file that is there already is replaced by another of its kind only. */
export type OutputKind = 'plan' | 'preview' | 'comment' | 'markdown' | 'sarif' | 'junit';

const beginnings: Readonly<Record<OutputKind, RegExp>> = {
  plan: /^\{\s*"format_version":\s*"[^"]*",\s*"plan_id":/,
  preview: /^\{\s*"format_version":\s*"[^"]*",\s*"tool_version":/,
  comment: /^<!-- m3forge/,
  markdown: /^## (?:Plan: |No changes\n)/,
  sarif: /^\{\s*"\$schema":\s*"[^"]*sarif[^"]*",/,
  junit: /^<\?xml [^>]*\?>\s*<testsuites name="m3forge gates"/,
};
const kindNames = {
  plan: 'saved plan',
  preview: 'preview',
  comment: 'preview as Markdown',
  markdown: 'plan as Markdown',
  sarif: 'SARIF report',
  junit: 'JUnit report of gates',
} as const;

const cannot = (path: string, why: string, hint: string, cause?: unknown): Refusal =>
  refuse('output-unwritable', { detail: `${path} cannot be written: ${why}.`, hint }, cause);

const ifThere = (looking: Promise<Stats>): Promise<Stats | undefined> =>
  looking.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });

const beginningOf = async (path: string): Promise<string> => {
  await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
  return buffer.toString('latin1', 0, bytesRead);
};

/** Where the text goes: over a regular file or a free name, or straight into a pipe. */
interface Destination {
  readonly path: string;
  readonly straight: boolean;
}

const findDestination = async (whole: string, path: string, kind: OutputKind): Promise<Destination> => {
  const anotherName = 'Choose another name.';
  const named = await ifThere(lstat(whole));
  if (!named) return { path: whole, straight: false };
  const found = named.isSymbolicLink() ? await ifThere(stat(whole)) : named;
  if (!found) throw cannot(path, 'it is a symbolic link that leads nowhere', anotherName);
  if (found.isDirectory()) throw cannot(path, 'it is a directory', 'Name a file in it.');
  if (found.isBlockDevice() || found.isCharacterDevice()) throw cannot(path, 'it is a device', anotherName);
  if (!found.isFile()) return { path: whole, straight: true };
  const real = await realpath(whole);
  if (found.size === 0 || beginnings[kind].test(await beginningOf(real))) return { path: real, straight: false };
  throw cannot(path, `it is there already and no ${kindNames[kind]}, so it is not replaced`, anotherName);
};

/** What writes anywhere else than to a regular file cannot be undone, so there is nothing to prepare. */
const writeStraight = async (path: string, text: string, system: System): Promise<void> => {
  // Opening a pipe that nobody reads would wait for ever; while this one is open, the other opens at once.
  await using watched = await openPipe(path, system);
  if (!(await watched.stat()).isFIFO()) throw Object.assign(new Error(path), { code: 'ENXIO' });
  await using file = await open(path, constants.O_WRONLY);
  await file.writeFile(text);
};

const [readerPollMs, longestWaitMs] = [20, 10_000];

const openPipe = async (path: string, { clock, interrupted }: System): Promise<FileHandle> => {
  const deadline = clock.monotonicMs() + longestWaitMs;
  for (;;) {
    try {
      return await open(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const isPipe = (await lstat(await realpath(path))).isFIFO();
      if (code !== 'ENXIO' || !isPipe || clock.monotonicMs() >= deadline || interrupted.aborted) throw error;
    }
    await clock.sleep(readerPollMs, interrupted);
  }
};

/** For its owner alone, whole or not at all: under another name first, synced, then renamed. */
const replace = async (path: string, draft: string, text: string): Promise<void> => {
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
};

/**
 * Writes a file, and never over something else than what it wrote before. A text that holds a secret of this run is
 * refused: taking it out would change what the file says.
 */
export const writeOutputFile = async (
  invocation: Invocation,
  path: string,
  kind: OutputKind,
  text: string,
): Promise<void> => {
  const { context, output, pathOf } = invocation;
  if (output.redact(text) !== text) {
    throw refuse('output-secret', {
      detail: `What would be written to ${path} holds a secret that this run knows. Nothing was written.`,
      hint: 'Look for the value of a password or token inside an artifact or a name, and take it out.',
    });
  }
  try {
    const destination = await findDestination(pathOf(path), path, kind);
    const draft = join(dirname(destination.path), `.${context.system.ids.uuid()}.part`);
    await (destination.straight
      ? writeStraight(destination.path, text, context.system)
      : replace(destination.path, draft, text));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (typeof code !== 'string') throw error;
    throw cannot(path, systemWords(code), adviceOnSystemCode(code), error);
  }
};
