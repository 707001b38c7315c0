import { failure, type Outcome, problem, success } from '../diagnostics/index.ts';
import { guardText, type ParsedDocument, parseJson, parseYaml } from '../documents/index.ts';
import { type ArtifactKind, canonicalBytes, digestOfBytes, valueAt } from '../values/index.ts';
import type { ReadArtifact } from './artifact.ts';
import { checkName, nameOfFile } from './name.ts';
import { type ProcessorFile, processorValue } from './processor.ts';
import { safeLocator } from './secret-value.ts';
import { type NamedShape, shapeOf } from './shape.ts';

/** A file as it lies in a version: `path` relative to the repository, forward slashes. */
export interface ArtifactFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** What lies beside the manifest of a processor; other kinds have none. */
  readonly files?: readonly ProcessorFile[];
}

export const largestArtifact = 10 * 1024 * 1024;

export const isYaml = (path: string): boolean => /\.ya?ml$/i.test(path);

const parse = async (kind: ArtifactKind, file: ArtifactFile): Promise<Outcome<ParsedDocument>> => {
  const text = guardText(file.bytes, file.path, { maxBytes: largestArtifact });
  if (!text.ok) return text;
  return kind !== 'workflow' && isYaml(file.path) ? parseYaml(text.value) : parseJson(text.value);
};

type RangeOf = ReturnType<typeof safeLocator>;

/** The name that the document gives, or that of its file where it need not give one. */
const nameIn = (
  kind: ArtifactKind,
  document: ParsedDocument,
  finding: NamedShape,
  rangeOf: RangeOf,
): Outcome<string> => {
  const given =
    valueAt(document.value, finding.namePath) ?? (finding.nameRequired ? null : nameOfFile(document.filename));
  const range = () => rangeOf(finding.namePath);
  if (typeof given !== 'string') {
    const detail = given === null ? `The ${kind} has no \`name\`.` : 'The `name` is no text.';
    return failure([problem('artifact-name-invalid', { detail, range: range() })]);
  }
  const wrong = checkName(given, range);
  return wrong ? failure([wrong]) : success(given);
};

const recognise = (
  kind: ArtifactKind,
  document: ParsedDocument,
  files: readonly ProcessorFile[],
): Outcome<ReadArtifact> => {
  const { value } = document;
  const finding = shapeOf(kind, value);
  const rangeOf = safeLocator(document, value);
  if ('fault' in finding) {
    const detail = `${document.filename} is no ${kind}: ${finding.fault}.`;
    return failure([problem('artifact-shape-unknown', { detail, range: rangeOf(finding.path) })]);
  }
  const name = nameIn(kind, document, finding, rangeOf);
  if (!name.ok) return name;
  const body = canonicalBytes(kind === 'processor' ? processorValue(value, files) : value);
  const found = { kind, name: name.value, digest: digestOfBytes(body), body, value, shape: finding.shape, document };
  return success(kind === 'processor' ? { ...found, files } : found);
};

/**
 * Reads one file as an artifact: parsed, recognised, named and digested, not yet validated. A file that is no artifact of
 * this kind is a failure with positions.
 */
export const readArtifact = async (kind: ArtifactKind, file: ArtifactFile): Promise<Outcome<ReadArtifact>> => {
  const parsed = await parse(kind, file);
  if (!parsed.ok) return parsed;
  const named = recognise(kind, parsed.value, file.files ?? []);
  return { ...named, diagnostics: [...parsed.diagnostics, ...named.diagnostics] };
};

/**
 * The canonical body of a file that was read as an artifact before, known by its Git id. What was found in order then is
 * not looked for again; the caller compares the digest. Undefined where the file is no artifact after all.
 */
export const readKnownBody = async (kind: ArtifactKind, file: ArtifactFile): Promise<Buffer | undefined> => {
  if (kind !== 'workflow') {
    const read = await readArtifact(kind, file);
    return read.ok ? read.value.body : undefined;
  }
  const text = Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.byteLength).toString('utf8');
  try {
    return canonicalBytes(JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text));
  } catch {
    return undefined;
  }
};
