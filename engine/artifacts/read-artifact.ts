import { type Diagnostic, failure, type Outcome, problem, success } from '../diagnostics/index.ts';
import { guardText, type ParsedDocument, parseJson, parseYaml } from '../documents/index.ts';
import {
  type ArtifactKind,
  canonicalBytes,
  digestOfBytes,
  isJsonObject,
  type JsonValue,
  type StructuralPath,
  valueAt,
} from '../values/index.ts';
import type { ReadArtifact } from './artifact.ts';
import { checkName, nameOfFile } from './name.ts';
import { shapeOf } from './shape.ts';

/** A file as it lies in a version: `path` relative to the repository, forward slashes. */
export interface ArtifactFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

const largestFile = 10 * 1024 * 1024;
/** Deeper than any real workflow, shallow enough for every walk over it to be recursive. */
const deepest = 256;

const isYaml = (path: string): boolean => /\.ya?ml$/i.test(path);

const parse = async (kind: ArtifactKind, file: ArtifactFile): Promise<Outcome<ParsedDocument>> => {
  const text = guardText(file.bytes, file.path, { maxBytes: largestFile });
  if (!text.ok) return text;
  return kind === 'agent' && isYaml(file.path) ? parseYaml(text.value) : parseJson(text.value);
};

const unstorable = (value: JsonValue): boolean =>
  typeof value === 'string'
    ? value.includes('\0') || !value.isWellFormed()
    : typeof value === 'number' && !Number.isFinite(value);

/** The first value that has no canonical form, or that PostgreSQL's jsonb cannot hold. YAML can write such values. */
const findUnstorable = (value: JsonValue, path: StructuralPath): StructuralPath | undefined => {
  if (unstorable(value)) return path;
  if (value === null || typeof value !== 'object') return undefined;
  const entries: readonly (readonly [string | number, JsonValue])[] = isJsonObject(value)
    ? Object.entries(value)
    : value.map((item, index) => [index, item] as const);
  for (const [step, item] of entries) {
    if (typeof step === 'string' && unstorable(step)) return [...path, step];
    const found = findUnstorable(item, [...path, step]);
    if (found) return found;
  }
  return undefined;
};

const nameIn = (document: ParsedDocument, namePath: StructuralPath, required: boolean): string | Diagnostic => {
  const given = valueAt(document.value, namePath);
  const range = () => document.locate(namePath);
  if (given === undefined || given === null) {
    if (!required) return nameOfFile(document.filename);
    return problem('artifact-name-invalid', { detail: 'The workflow has no `name`.', range: range() });
  }
  if (typeof given !== 'string') {
    return problem('artifact-name-invalid', { detail: 'The `name` is no text.', range: range() });
  }
  return given;
};

const name = (kind: 'workflow' | 'agent', document: ParsedDocument): Outcome<ReadArtifact> => {
  const { value } = document;
  const finding = shapeOf(kind, value);
  if ('fault' in finding) {
    const detail = `${document.filename} is no ${kind}: ${finding.fault}.`;
    return failure([problem('artifact-shape-unknown', { detail, range: document.locate(finding.path) })]);
  }
  const given = nameIn(document, finding.namePath, finding.nameRequired);
  const wrong = typeof given === 'string' ? checkName(given, () => document.locate(finding.namePath)) : given;
  if (typeof given !== 'string' || wrong) return failure(wrong ? [wrong] : []);
  const body = canonicalBytes(value);
  return success({ kind, name: given, digest: digestOfBytes(body), body, value, shape: finding.shape, document });
};

/**
 * Reads one file as an artifact: parsed, recognised, named and digested, not yet validated. A file that is no artifact of
 * this kind is a failure with positions.
 */
export const readArtifact = async (kind: ArtifactKind, file: ArtifactFile): Promise<Outcome<ReadArtifact>> => {
  if (kind === 'processor') {
    const detail = `${file.path} defines a processor; this version releases workflows and agents.`;
    return failure([problem('artifact-kind-unavailable', { detail })]);
  }
  const parsed = await parse(kind, file);
  if (!parsed.ok) return parsed;
  const document = parsed.value;
  const bad = isYaml(file.path) ? findUnstorable(document.value, []) : undefined;
  if (bad) {
    const detail = 'A null character, half a character or a number that is not finite cannot be stored.';
    return failure([problem('artifact-value-unstorable', { detail, range: document.locate(bad) })]);
  }
  const named = name(kind, document);
  return { ...named, diagnostics: [...parsed.diagnostics, ...named.diagnostics] };
};
