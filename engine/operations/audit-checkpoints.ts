import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { failure, type Outcome, problem, type SourceRange, success } from '../diagnostics/index.ts';
import { readTextFile, systemReason } from '../documents/index.ts';
import type { Checkpoint } from '../state/index.ts';
import { isJsonObject, type JsonValue } from '../values/index.ts';

/** A checkpoint a minute for longer than a year. */
const largestFile = 128 * 1024 * 1024;

/** A file of checkpoints: where it lies, and how messages name it. */
export interface CheckpointFile {
  readonly path: string;
  readonly shown: string;
}

const parse = (line: string): JsonValue | undefined => {
  try {
    return JSON.parse(line) as JsonValue;
  } catch {
    return undefined;
  }
};

const fromLine = (line: string): Checkpoint | undefined => {
  const value = parse(line);
  if (!isJsonObject(value)) return undefined;
  const { lineage, n, hash, at } = value;
  const isOne =
    typeof lineage === 'string' &&
    typeof at === 'string' &&
    Number.isSafeInteger(n) &&
    (n as number) >= 0 &&
    typeof hash === 'string' &&
    /^[0-9a-f]{64}$/.test(hash);
  return isOne ? { lineage, n: n as number, hash, at } : undefined;
};

/** A line as a checkpoint of this state, or why it is none. */
const judgeLine = (line: string, lineage: string, range: SourceRange): Outcome<Checkpoint> => {
  const checkpoint = fromLine(line);
  if (checkpoint?.lineage === lineage) return success(checkpoint);
  const fault = checkpoint
    ? problem('audit-anchor-foreign', {
        detail: `This checkpoint is of the state ${checkpoint.lineage}; this one is ${lineage}.`,
        range,
        hint: 'Keep a file for each state.',
      })
    : problem('audit-anchor-invalid', {
        detail: 'This line is no checkpoint: it was changed, or the process that wrote it was killed.',
        range,
        hint: 'Compare the file with a copy of it, in Git for instance. Where it is a line that was cut, take it out.',
      });
  return failure([fault]);
};

/** The checkpoints of one file, or its first line that is none, or one of another state. Pure. */
export const parseCheckpoints = (text: string, filename: string, lineage: string): Outcome<readonly Checkpoint[]> => {
  const found: Checkpoint[] = [];
  let byte = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const start = { line: index + 1, column: 1, byte };
    byte += Buffer.byteLength(line) + 1;
    if (line.trim() === '') continue;
    const end = { ...start, column: line.length + 1, byte: byte - 1 };
    const judged = judgeLine(line, lineage, { filename, start, end });
    if (!judged.ok) return judged;
    found.push(judged.value);
  }
  return success(found);
};

/** What becomes of a file without checkpoints: one that is not there, or is empty. */
interface WithoutCheckpoints {
  /** It counts as one with which nothing is compared. */
  readonly isAllowed: boolean;
  /** What to do where it is not allowed, in the place of the usual. */
  readonly hint?: string;
}

/** Reads files of checkpoints that `appendCheckpoint` wrote. */
export const readCheckpoints = async (
  files: readonly CheckpointFile[],
  lineage: string,
  without: WithoutCheckpoints,
): Promise<Outcome<readonly Checkpoint[]>> => {
  const found: Checkpoint[] = [];
  for (const { path, shown } of files) {
    const text = await readTextFile(dirname(path), basename(path), { maxBytes: largestFile, filename: shown });
    if (!text.ok) {
      const isMissing = text.diagnostics.every(({ code }) => code === 'file-missing');
      if (isMissing && without.isAllowed) continue;
      const code = isMissing ? 'audit-anchor-missing' : 'audit-anchor-unreadable';
      const instead = isMissing ? without.hint : undefined;
      return failure(text.diagnostics.map(({ detail, hint }) => problem(code, { detail, hint: instead ?? hint })));
    }
    const checkpoints = parseCheckpoints(text.value.text, shown, lineage);
    if (!checkpoints.ok) return checkpoints;
    if (checkpoints.value.length === 0 && !without.isAllowed) {
      return failure([
        problem('audit-anchor-invalid', {
          detail: `${shown} holds no checkpoint, so nothing would be compared.`,
          hint: without.hint ?? 'Name the file that "m3forge audit anchor" wrote.',
        }),
      ]);
    }
    found.push(...checkpoints.value);
  }
  return success(found);
};

const whyUnwritten = (error: unknown, code: string, create: boolean): string => {
  if (code !== 'ENOENT') return systemReason(error);
  return create ? 'its folder does not exist' : 'it was there, and is not any more';
};

/** Adds a checkpoint to the end of a file, which is made only where that is wanted, and has it on the disk before it returns. */
export const appendCheckpoint = async (
  file: CheckpointFile,
  checkpoint: Checkpoint,
  create: boolean,
): Promise<Outcome<void>> => {
  try {
    const flags = constants.O_RDWR | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    await using handle = await open(file.path, create ? flags | constants.O_CREAT : flags, 0o644);
    // An editor may have taken the last line break away.
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, Math.max(size - 1, 0));
    const begin = bytesRead === 0 || buffer[0] === 0x0a ? '' : '\n';
    await handle.appendFile(`${begin}${JSON.stringify(checkpoint)}\n`);
    await handle.sync();
    return success(undefined);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (typeof code !== 'string') throw error;
    return failure([
      problem('audit-anchor-refused', {
        detail: `${file.shown} cannot be written: ${whyUnwritten(error, code, create)}.`,
        hint: 'Name a file in a folder that this user may write to.',
      }),
    ]);
  }
};
