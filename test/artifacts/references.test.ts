import { describe, expect, test } from 'vitest';
import { readArtifact, validateArtifact } from '../../engine/artifacts/index.ts';
import { nodeId, workflowFile } from '../support/workflows.ts';

const definition = (params: object): object => ({
  method: 'EXECUTOR_ENDPOINT',
  endpoint: 'extract_executor://document/extract',
  params,
});

const found = async (params: object, checkJsonpath = true): Promise<readonly string[]> => {
  const text = workflowFile('a', ['read', 'extract'], { 1: definition(params) });
  const read = await readArtifact('workflow', { path: 'workflows/a.json', bytes: Buffer.from(text) });
  if (!read.ok) throw new Error('the workflow cannot be read');
  return validateArtifact(read.value, read.value.document, { checkJsonpath }).map(
    ({ code, detail, range }) => `${code} ${detail} ${text.split('\n')[(range?.start.line ?? 0) - 1]?.trim()}`,
  );
};

describe('a JSONPath that refers to a node', () => {
  test.each([
    [`$.nodes.${nodeId(0)}.output`],
    [`$.nodes['${nodeId(0)}'].output`],
    [`$['nodes']["${nodeId(0)}"]`],
    ['$.nodes.*.output'],
    ['$.nodes[*].output'],
    ['$.nodes[?(@.ok)]'],
    ['$.nodes'],
    ['$.metadata.nodes.x'],
    ['$.nodesOfAnother.x'],
    ['The JSONPath $.nodes.x is only spoken of here.'],
  ])('is in order: %s', async (text) => {
    expect(await found({ source: text })).toEqual([]);
  });

  test.each([
    [`$.nodes.${nodeId(7)}.output`, nodeId(7)],
    [`$.nodes['${nodeId(7)}'].output`, nodeId(7)],
    ['$["nodes"]["extract"].output', 'extract'],
    // A node is looked up by the letters of its id, capitals and all.
    [`$.nodes.${nodeId(0).toUpperCase()}.output`, nodeId(0).toUpperCase()],
  ])('leads nowhere: %s', async (text, id) => {
    const [only, ...others] = await found({ inner: [{ source: text }] });
    expect(others).toEqual([]);
    expect(only).toContain(
      `workflow-reference-unknown Node "1: extract" (${nodeId(1)}) refers to the node "${id}" in "source"`,
    );
    expect(only).toMatch(/"source": "\$/);
    expect(await found({ source: text }, false)).toEqual([]);
  });
});
