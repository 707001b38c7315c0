import type { ParsedDocument } from '../documents/index.ts';
import type { ArtifactKind, Digest, JsonValue } from '../values/index.ts';
import type { ProcessorFile } from './processor.ts';

/**
 * Which of the real shapes a file has. Workflows: `studio` (`planDefinition`), `registry` (`plan_definition`), `bare`
 * (`nodes` at the top). Agents and processors: `wrapped` (everything under the
 * key `agent` or `processor`) or `plain`.
 */
export type ArtifactShape = 'studio' | 'registry' | 'bare' | 'wrapped' | 'plain';

/** One deployable definition, read and named, but not yet validated. */
export interface Artifact {
  readonly kind: ArtifactKind;
  /** Usable as it stands: at most 200 characters, NFC, without control or direction characters. */
  readonly name: string;
  /** SHA-256 of `body`. */
  readonly digest: Digest;
  /**
   * The RFC 8785 bytes of the whole document, envelope included: what a place stores and a backup holds. Of a processor
   * those of `{ manifest, files }`.
   */
  readonly body: Buffer;
  /** The document; of a processor its manifest alone. */
  readonly value: JsonValue;
  readonly shape: ArtifactShape;
  /** What lies beside the manifest of a processor, in byte order of the paths. */
  readonly files?: readonly ProcessorFile[];
}

/** An artifact together with the document it was read from, which knows the position of every value. */
export interface ReadArtifact extends Artifact {
  readonly document: ParsedDocument;
}

/** What validation needs to know of the document: where a value stands. */
export type Locator = Pick<ParsedDocument, 'locate'>;
