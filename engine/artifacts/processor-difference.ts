import type { Digest, JsonValue } from '../values/index.ts';
import type { FileChange, FileState } from './difference-document.ts';
import { filesOf, type ProcessorFile } from './processor.ts';
import type { TextDifference } from './shown-value.ts';

/** A file with more bytes than this is compared by its size and digest alone. */
const longestText = 64 * 1024;

/** What is known of the bytes of a file: how many there are, and its text where it is one of readable length. */
export interface FileAtWork {
  readonly size: number;
  readonly text: string | undefined;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

const textOf = (body: Uint8Array): string | undefined => {
  if (body.length > longestText || body.includes(0)) return undefined;
  try {
    return utf8.decode(body);
  } catch {
    return undefined;
  }
};

/** Looks at a body once, so that it need not be kept. */
export const lookAtFile = (body: Uint8Array): FileAtWork => ({ size: body.length, text: textOf(body) });

/** A file of which the two processors have different versions; one side is undefined where it has none. */
interface Pair {
  readonly path: string;
  readonly before: ProcessorFile | undefined;
  readonly after: ProcessorFile | undefined;
}

/** What differs between the files of two bodies of a processor; `drifted` gives what files were changed to by hand. */
export const fileChangesOf = (
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  drifted: ReadonlyMap<Digest, Digest>,
): readonly Pair[] => {
  const [old, next] = [before, after].map((body) => new Map(filesOf(body).map((file) => [file.path, file])));
  const paths = [...new Set([...(old?.keys() ?? []), ...(next?.keys() ?? [])])].sort();
  return paths.flatMap((path) => {
    const [was, is] = [old?.get(path), next?.get(path)];
    const same = was && is && was.digest === is.digest && was.mode === is.mode && !drifted.has(was.digest);
    return same ? [] : [{ path, before: was, after: is }];
  });
};

/** Files where what is known of their bytes is told by `glance`, as far as anybody looked. */
export const showFileChange = (
  { path, before, after }: Pair,
  drifted: ReadonlyMap<Digest, Digest>,
  glance: { readonly before: ReadonlyMap<Digest, FileAtWork>; readonly after: ReadonlyMap<Digest, FileAtWork> },
  differenceOfTexts: TextDifference,
): FileChange => {
  const was = before && glance.before.get(before.digest);
  const is = after && glance.after.get(after.digest);
  const state = (file: ProcessorFile, seen: FileAtWork | undefined, digest: Digest): FileState => ({
    mode: file.mode,
    digest,
    ...(seen && { size: seen.size }),
  });
  const sameBytes = before && after && (drifted.get(before.digest) ?? before.digest) === after.digest;
  const text =
    was?.text !== undefined && is?.text !== undefined && !sameBytes ? differenceOfTexts(was.text, is.text) : undefined;
  return {
    path,
    action: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed',
    ...(before && { before: state(before, was, drifted.get(before.digest) ?? before.digest) }),
    ...(after && { after: state(after, is, after.digest) }),
    ...(text && { text }),
  };
};
