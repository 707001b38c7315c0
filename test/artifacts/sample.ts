import { expect } from 'vitest';
import {
  type ReadArtifact,
  readArtifact,
  type ValidationChecks,
  validateArtifact,
} from '../../engine/artifacts/index.ts';
import type { Diagnostic } from '../../engine/diagnostics/index.ts';
import type { JsonObject, JsonValue } from '../../engine/values/index.ts';

/** A node's id from a small number, and back in what a test prints. */
export const id = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
export const short = (text: string): string => text.replace(/00000000-0000-4000-8000-0*(\d+)/g, '#$1');

/** A node that runs an executor, unless its definition says otherwise. */
export const node = (
  number: number,
  after: readonly number[],
  definition: JsonObject = {},
  rest: JsonObject = {},
): JsonObject => ({
  task_id: id(number),
  query_str: `step ${number}`,
  dependencies: after.map(id),
  node_type: 'COMPUTE',
  definition: { method: 'EXECUTOR_ENDPOINT', endpoint: 'ocr://document/read', params: {}, ...definition },
  ...rest,
});

export const studio = (nodes: readonly JsonValue[], envelope: JsonObject = {}): JsonObject => ({
  id: id(900),
  name: 'invoices',
  version: '1.0.0',
  tags: ['a'],
  category: 'default',
  planDefinition: { nodes },
  metadata: { author: id(901), lastModified: '2025-12-20T14:33:09.633Z' },
  ...envelope,
});

export const bytesOf = (value: JsonValue): Uint8Array => Buffer.from(JSON.stringify(value, null, 2));

export const read = async (
  kind: 'workflow' | 'agent',
  text: string | JsonValue,
  path?: string,
): Promise<ReadArtifact> => {
  const bytes = typeof text === 'string' ? Buffer.from(text) : bytesOf(text);
  const outcome = await readArtifact(kind, {
    path: path ?? (typeof text === 'string' ? 'file.yaml' : 'file.json'),
    bytes,
  });
  expect(outcome.diagnostics).toEqual([]);
  if (!outcome.ok) throw new Error('unreachable');
  return outcome.value;
};

/** What reading refuses, as `code line: detail`. */
export const refusal = async (
  kind: 'workflow' | 'agent' | 'processor',
  path: string,
  text: string,
): Promise<readonly string[]> => {
  const outcome = await readArtifact(kind, { path, bytes: Buffer.from(text) });
  expect(outcome.ok).toBe(false);
  return outcome.diagnostics.map(lineOf);
};

const lineOf = ({ severity, code, detail, range }: Diagnostic): string =>
  short(`${severity === 'warning' ? 'warning ' : ''}${code} ${range?.start.line ?? '-'}: ${detail}`);

/** What validation says, as `code line: detail`, ids shortened to `#1`. */
export const complaints = async (
  kind: 'workflow' | 'agent',
  text: string | JsonValue,
  checks?: ValidationChecks,
): Promise<readonly string[]> => {
  const artifact = await read(kind, text);
  return validateArtifact(artifact, artifact.document, checks).map(lineOf);
};

/** The codes that validation reports for a workflow of these nodes. */
export const codes = async (nodes: readonly JsonValue[], checks?: ValidationChecks): Promise<readonly string[]> => {
  const artifact = await read('workflow', studio(nodes));
  return validateArtifact(artifact, artifact.document, checks).map(({ code }) => code);
};
