import { guardText, parseYaml } from '../documents/index.ts';
import { type ArtifactKind, type JsonValue, valueAt } from '../values/index.ts';
import { nameOfFile } from './name.ts';
import { type ArtifactFile, isYaml, largestArtifact } from './read-artifact.ts';
import { shapeOf } from './shape.ts';

const parseQuickly = (bytes: Uint8Array): JsonValue | undefined => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  try {
    return JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text) as JsonValue;
  } catch {
    return undefined;
  }
};

const parseSlowly = async ({ bytes, path }: ArtifactFile): Promise<JsonValue | undefined> => {
  const text = guardText(bytes, path, { maxBytes: largestArtifact });
  const parsed = text.ok ? await parseYaml(text.value) : undefined;
  return parsed?.ok ? parsed.value.value : undefined;
};

const hiding = /\\[uUx\r\n]/;

/** Whether a text may hold words that cannot be found in it as they are: escapes of JSON and YAML, and lines that YAML joins. */
export const mayHideWords = (text: string): boolean => hiding.test(text);

/** Whether a file of this kind is YAML, which takes far longer to parse than JSON does. */
export const isSlow = (kind: ArtifactKind, path: string): boolean => kind !== 'workflow' && isYaml(path);

/**
 * The name of the artifact that a file defines, and nothing else of it: neither validated, nor digested, nor located. What
 * is no artifact has none.
 */
export const readName = async (kind: ArtifactKind, file: ArtifactFile): Promise<string | undefined> => {
  const value = isSlow(kind, file.path) ? await parseSlowly(file) : parseQuickly(file.bytes);
  const finding = value === undefined ? undefined : shapeOf(kind, value);
  if (value === undefined || finding === undefined || 'fault' in finding) return undefined;
  const given = valueAt(value, finding.namePath) ?? (finding.nameRequired ? null : nameOfFile(file.path));
  return typeof given === 'string' ? given : undefined;
};
