import { type Diagnostic, problem } from '../diagnostics/index.ts';
import { wholeFile } from '../documents/index.ts';
import { type ArtifactKind, addressOf } from '../values/index.ts';
import { quoted } from './name.ts';

/** An artifact's name and the file that defines it. */
export interface NamedFile {
  readonly kind: ArtifactKind;
  readonly name: string;
  readonly path: string;
}

/** Equal for names that differ only in case, in every locale: upper case first, so that `ß` meets `SS`. */
export const caseless = (name: string): string => name.toUpperCase().toLowerCase();

const collision = (first: NamedFile, second: NamedFile): Diagnostic => {
  const how =
    first.name === second.name
      ? `the ${first.kind} ${quoted(first.name)}`
      : `the ${first.kind}s ${quoted(first.name)} and ${quoted(second.name)}, which differ only in case`;
  return problem('artifact-name-taken', {
    detail: `${first.path} and ${second.path} define ${how}.`,
    address: addressOf(second.kind, second.name),
    range: wholeFile(second.path),
    hint: 'Rename one of them.',
  });
};

/** Artifacts of one kind whose names are equal, or differ only in case. Each names the file that had the name first. */
export const findCollisions = (files: Iterable<NamedFile>): readonly Diagnostic[] => {
  const seen = new Map<string, NamedFile>();
  const found: Diagnostic[] = [];
  for (const file of files) {
    const key = addressOf(file.kind, caseless(file.name));
    const first = seen.get(key);
    if (first) found.push(collision(first, file));
    else seen.set(key, file);
  }
  return found;
};
