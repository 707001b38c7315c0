import type { SourceRange } from '../diagnostics/index.ts';
import type { JsonValue, StructuralPath } from '../values/index.ts';

/** A text that passed the guard: within its size limit, valid UTF-8, from a regular file inside the allowed tree. */
export interface TextDocument {
  /** As diagnostics name it: relative to the working directory, forward slashes. */
  readonly filename: string;
  readonly text: string;
}

/** A parsed document that remembers where each of its values stands. */
export interface ParsedDocument {
  readonly filename: string;
  readonly value: JsonValue;
  /**
   * Where the value at `path` stands, or its key where `part` is `key`. A path that does not exist is answered with the
   * nearest ancestor that does. Positions are computed on demand: a document that is in order costs nothing for them.
   */
  readonly locate: (path: StructuralPath, part?: 'key' | 'value') => SourceRange;
}
