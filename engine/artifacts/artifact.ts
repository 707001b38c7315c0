import type { ParsedDocument } from '../documents/index.ts';
import type { ArtifactKind, Digest, JsonValue } from '../values/index.ts';

/**
 * Which of the real shapes a file has. Workflows: `studio` (`planDefinition`), `registry` (`plan_definition`), `bare`
 * (`nodes` at the top). Agents: `wrapped` (everything under the key `agent`) or `plain`.
 */
export type ArtifactShape = 'studio' | 'registry' | 'bare' | 'wrapped' | 'plain';

/** One deployable definition, read and named, but not yet validated. */
export interface Artifact {
  readonly kind: ArtifactKind;
  /** Usable as it stands: at most 200 characters, NFC, without control or direction characters. */
  readonly name: string;
  /** SHA-256 of `body`. */
  readonly digest: Digest;
  /** The RFC 8785 bytes of the whole document, envelope included: what a place stores and a backup holds. */
  readonly body: Buffer;
  readonly value: JsonValue;
  readonly shape: ArtifactShape;
}

/** An artifact together with the document it was read from, which knows the position of every value. */
export interface ReadArtifact extends Artifact {
  readonly document: ParsedDocument;
}

/** What validation needs to know of the document: where a value stands. */
export type Locator = Pick<ParsedDocument, 'locate'>;
