import { posix } from 'node:path';
import { type Diagnostic, problem } from '../diagnostics/index.ts';
import { wholeFile } from '../documents/index.ts';

const complaint = (path: string, detail: string): Diagnostic =>
  problem('processor-folder', {
    detail,
    range: wholeFile(path),
    hint: 'Everything beside a manifest belongs to its processor: put each into a folder of its own.',
  });

const outerOf = (folder: string, folders: ReadonlyMap<string, string>): string | undefined => {
  for (let above = posix.dirname(folder); above !== '.'; above = posix.dirname(above)) {
    const manifest = folders.get(above);
    if (manifest !== undefined) return manifest;
  }
  return undefined;
};

/** Manifests of processors that do not have a folder to themselves: at the top, two in one, or one inside another. */
export const checkFolders = (manifests: readonly string[]): readonly Diagnostic[] => {
  const folders = new Map<string, string>();
  const found: Diagnostic[] = [];
  for (const path of manifests) {
    const folder = posix.dirname(path);
    const first = folders.get(folder);
    if (folder === '.') found.push(complaint(path, `${path} lies at the top, where everything else lies too.`));
    else if (first !== undefined) found.push(complaint(path, `${first} and ${path} lie in one folder.`));
    else folders.set(folder, path);
  }
  for (const [folder, path] of folders) {
    const outer = outerOf(folder, folders);
    if (outer !== undefined) found.push(complaint(path, `${path} lies inside the folder of ${outer}.`));
  }
  return found;
};
