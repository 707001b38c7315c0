import type { Child } from '../system/index.ts';
import { endChild } from './git.ts';
import { createPieces } from './pieces.ts';

/** What a repository has under a name. */
export interface GitObject {
  readonly type: 'blob' | 'tree' | 'commit' | 'tag' | 'missing';
  /** Empty where it is missing. */
  readonly bytes: Buffer;
}

/** Objects of one repository, by one process that stays: starting Git for each takes longer than all that it then does. */
export interface Objects {
  /** Starts the process before anything is asked, so that nobody waits for it. */
  readonly begin: () => void;
  /**
   * What a name such as `COMMIT:./PATH` leads to; undefined where it is larger than `mostBytes`, and where this way of asking
   * does not say, as once it is closed. A question of its own tells what is wrong then.
   */
  readonly read: (name: string, mostBytes?: number) => Promise<GitObject | undefined>;
  readonly close: () => Promise<void>;
}

const missing: GitObject = { type: 'missing', bytes: Buffer.alloc(0) };

/** The answer of `git cat-file --batch` to one name: `ID TYPE SIZE`, the content and a line feed; undefined for any other. */
const readAnswer = async (
  { line, take }: ReturnType<typeof createPieces>,
  mostBytes: number,
): Promise<GitObject | undefined> => {
  const header = await line();
  if (header?.endsWith(' missing')) return missing;
  const [, type, size] = /^[0-9a-f]{40,64} (blob|tree|commit|tag) (\d+)$/.exec(header ?? '') ?? [];
  if (type === undefined || Number(size) > mostBytes) return undefined;
  const bytes = await take(Number(size) + 1);
  return bytes && { type: type as GitObject['type'], bytes: bytes.subarray(0, -1) };
};

/** `start` starts `git cat-file --batch`: when something is asked first, and again when an answer was none. */
export const openObjects = (start: () => Child): Objects => {
  let running: { readonly child: Child; readonly pieces: ReturnType<typeof createPieces> } | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let isClosed = false;
  const begun = (): NonNullable<typeof running> => {
    if (running) return running;
    const child = start();
    child.stderr.resume();
    running = { child, pieces: createPieces(child.stdout) };
    return running;
  };
  const stop = async (): Promise<void> => {
    const stopped = running;
    running = undefined;
    if (stopped) await endChild(stopped.child);
  };
  const readNext = async (name: string, mostBytes: number): Promise<GitObject | undefined> => {
    // Somebody may still ask who was not waited for.
    if (isClosed) return undefined;
    const { child, pieces } = begun();
    child.stdin.write(`${name}\n`);
    // A stream that broke off is no answer either.
    const object = await readAnswer(pieces, mostBytes).catch(() => undefined);
    // The rest of what it says is the answer to nothing any more.
    if (!object) await stop();
    return object;
  };
  return {
    begin: () => {
      if (!isClosed) begun();
    },
    read: (name, mostBytes = Number.POSITIVE_INFINITY) => {
      // Where a line ends, or a text of C, a name does.
      if (/[\n\r\0]/.test(name)) return Promise.resolve(undefined);
      const answer = last.then(() => readNext(name, mostBytes));
      last = answer.catch(() => undefined);
      return answer;
    },
    close: async () => {
      isClosed = true;
      await last;
      await stop();
    },
  };
};
