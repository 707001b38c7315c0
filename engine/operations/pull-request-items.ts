import { posix } from 'node:path';
import type { SourceConfig } from '../config/index.ts';
import type { ChangedFile } from '../provider/index.ts';
import { compareBytes, globMatcher } from '../values/index.ts';

/** An artifact, or a processor with all that lies beside its manifest, that a pull request touches. */
export interface TouchedItem {
  readonly kind: 'workflow' | 'agent' | 'processor';
  /** Of the file, or of the folder of the processor, from where the globs of `source` start. */
  readonly path: string;
  readonly action: 'added' | 'removed' | 'changed';
}

type Selection = Pick<SourceConfig, 'workflows' | 'agents' | 'processors'>;

/** A file in its two lives: a renamed one goes in one place and comes in another. */
const lives = ({ path, action, before }: ChangedFile): readonly Pick<ChangedFile, 'path' | 'action'>[] =>
  action === 'renamed' && before !== undefined
    ? [
        { path: before, action: 'removed' },
        { path, action: 'added' },
      ]
    : [{ path, action }];

const actionOf = (action: ChangedFile['action']): TouchedItem['action'] => (action === 'renamed' ? 'changed' : action);

/** The names that manifests have by their globs, such as `processor.yaml`; a glob whose end is open names none. */
const manifestNames = (globs: readonly string[]): readonly string[] => [
  ...new Set(globs.map((glob) => posix.basename(glob)).filter((name) => !/[*?[\]{}()!]/.test(name))),
];

/** The folders that a path lies in, the innermost first. */
const foldersOf = (path: string): readonly string[] => {
  const folders: string[] = [];
  for (let folder = posix.dirname(path); folder !== '.'; folder = posix.dirname(folder)) folders.push(folder);
  return folders;
};

/**
 * What a pull request touches, by its files alone: each artifact once, sorted. Of a processor its manifest alone says
 * whether it comes or goes. Pure.
 */
export const itemsIn = (
  files: readonly ChangedFile[],
  selection: Selection,
  folder: string,
): readonly TouchedItem[] => {
  const isWorkflow = globMatcher(selection.workflows);
  const isAgent = globMatcher(selection.agents);
  const isManifest = globMatcher(selection.processors);
  const names = manifestNames(selection.processors);
  const processorOf = (path: string): string | undefined =>
    isManifest(path)
      ? posix.dirname(path)
      : foldersOf(path).find((one) => names.some((name) => isManifest(`${one}/${name}`)));
  const found = new Map<string, TouchedItem>();
  const note = (item: TouchedItem): void => {
    const key = `${item.kind} ${item.path}`;
    const known = found.get(key);
    if (!known || (known.action === 'changed' && item.action !== 'changed')) found.set(key, item);
  };
  for (const { path: whole, action } of files.flatMap(lives)) {
    if (!whole.startsWith(folder)) continue;
    const path = whole.slice(folder.length);
    const processor = processorOf(path);
    if (isWorkflow(path)) note({ kind: 'workflow', path, action: actionOf(action) });
    else if (isAgent(path)) note({ kind: 'agent', path, action: actionOf(action) });
    else if (processor !== undefined) {
      note({ kind: 'processor', path: processor, action: isManifest(path) ? actionOf(action) : 'changed' });
    }
  }
  const order = (item: TouchedItem): string => `${item.kind} ${item.path}`;
  return [...found.values()].sort((left, right) => compareBytes(order(left), order(right)));
};
