/**
 * Bytes to checked values with positions: the guard that runs before any parser (size, UTF-8, depth, aliases, duplicate
 * keys, paths), YAML, JSON, XML, and JSON Schema with "did you mean".
 *
 * Promises that no text, however hostile, makes it crash or hang, and that every complaint names a line. It may not know
 * what a document means.
 */
export { closest } from './closest.ts';
export { withoutCredentials } from './credentials.ts';
export type { ParsedDocument, TextDocument } from './document.ts';
export { findFiles, globBase } from './find-files.ts';
export { mostProblems } from './findings.ts';
export { formatYaml } from './format-yaml.ts';
export { parseJson } from './json.ts';
export type { SchemaOptions } from './schema.ts';
export { checkSchema, findSchemaProblems } from './schema.ts';
export type { SchemaProblem } from './schema-problem.ts';
export { wholeFile } from './source-map.ts';
export { systemReason } from './system-reason.ts';
export type { ReadOptions } from './text-file.ts';
export { readFileBytes, readTextFile } from './text-file.ts';
export type { TextLimits } from './text-guard.ts';
export { guardText } from './text-guard.ts';
export { formatXml, parseXml, type XmlElement } from './xml.ts';
export { loadYaml, parseYaml } from './yaml.ts';
