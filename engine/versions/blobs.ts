import type { Writable } from 'node:stream';
import { refuse } from '../diagnostics/index.ts';
import { wholeFile } from '../documents/index.ts';
import type { Child } from '../system/index.ts';
import { endChild, explainGit } from './git.ts';
import { createPieces } from './pieces.ts';

/** A blob that is wanted; `path` names it to people. */
export interface WantedBlob {
  readonly blob: string;
  readonly path: string;
}

export type ReadBlob<Wanted extends WantedBlob> = Wanted & { readonly bytes: Buffer };

/** Hands the ids over as fast as Git takes them. */
const ask = async (stdin: Writable, wanted: Iterable<WantedBlob>, stopped: () => boolean): Promise<void> => {
  for (const { blob } of wanted) {
    if (stopped() || stdin.destroyed) return;
    if (!stdin.write(`${blob}\n`)) {
      await new Promise<void>((resolve) => {
        stdin.once('drain', resolve);
        stdin.once('close', resolve);
      });
    }
  }
  stdin.end();
};

const tooLarge = (wanted: WantedBlob, size: number, limit: number) =>
  refuse('source-file-too-large', {
    detail: `${wanted.path} has ${size} bytes, more than the ${limit} that are allowed.`,
    range: wholeFile(wanted.path),
    hint: 'An artifact holds at most 10 MiB.',
  });

/** The size that Git announces for a blob, refusing what cannot be read. */
const sizeOf = (header: string, wanted: WantedBlob, label: string, limit: number): number => {
  const [, type, size] = header.split(' ');
  if (type === 'missing') {
    throw refuse('source-object-missing', {
      detail: `${label} lacks the content of ${wanted.path} (a shallow or partial clone).`,
      hint: 'Fetch the rest:\n    git fetch --unshallow --tags',
    });
  }
  if (type !== 'blob') throw explainGit(label, `unexpected answer for ${wanted.path}`);
  if (Number(size) > limit) throw tooLarge(wanted, Number(size), limit);
  return Number(size);
};

/**
 * Reads blobs through one `git cat-file --batch`, in order. What is not consumed yet stays in Git: memory holds about one
 * blob. A blob above the limit is refused by name before its content is read.
 */
export async function* readThrough<Wanted extends WantedBlob>(
  start: () => Child,
  wanted: readonly Wanted[],
  label: string,
  limit: number,
): AsyncGenerator<ReadBlob<Wanted>> {
  if (wanted.length === 0) return;
  const child = start();
  let stderr = '';
  let stopped = false;
  child.stderr.on('data', (chunk: Buffer) => {
    if (stderr.length < 10_000) stderr += chunk.toString('utf8');
  });
  const asked = ask(child.stdin, wanted, () => stopped);
  try {
    const pieces = createPieces(child.stdout);
    for (const blob of wanted) {
      const header = await pieces.line();
      const bytes = header === undefined ? undefined : await pieces.take(sizeOf(header, blob, label, limit) + 1);
      if (!bytes) {
        await child.end;
        throw explainGit(label, stderr);
      }
      yield { ...blob, bytes: bytes.subarray(0, -1) };
    }
    await asked;
  } finally {
    stopped = true;
    await endChild(child);
  }
}
