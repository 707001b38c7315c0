import type { FolderEntry } from './tree.ts';

/** What one side has at a path. */
export type Side = Omit<FolderEntry, 'path'>;

/** A path at which two trees differ: where nothing is, the side is not there. */
export interface FileChange {
  readonly path: string;
  readonly before: Side | undefined;
  readonly after: Side | undefined;
}

const sideOf = (mode: string, blob: string): Side | undefined => (/^0+$/.test(mode) ? undefined : { mode, blob });

/** The records of `git diff-tree -z --raw`, in their order: `:mode mode id id status NUL path NUL`. */
export const parseRawChanges = (output: Buffer): readonly FileChange[] => {
  const fields = output.toString('utf8').split('\0');
  const changes: FileChange[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [mode = '', nextMode = '', blob = '', nextBlob = ''] = fields[at]?.slice(1).split(' ') ?? [];
    const path = fields[at + 1] ?? '';
    changes.push({ path, before: sideOf(mode, blob), after: sideOf(nextMode, nextBlob) });
  }
  return changes;
};
