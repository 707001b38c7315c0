/**
 * Bytes to checked values with positions: the guard that runs before any parser (size, UTF-8, depth, aliases, duplicate
 * keys, paths), YAML, JSON, and JSON Schema with "did you mean".
 *
 * Promises that no text, however hostile, makes it crash or hang, and that every complaint names a line. It may not know
 * what a document means.
 */
export type { ParsedDocument, TextDocument } from './document.ts';
