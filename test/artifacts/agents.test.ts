import { describe, expect, test } from 'vitest';
import { chooseDiagnostics, readArtifact, validateArtifact } from '../../engine/artifacts/index.ts';
import { complaints, read } from './sample.ts';

test('an agent in order', async () => {
  const text = [
    'agent:',
    '  name: clerk',
    '  backend: qwen_agent',
    `  llm: { backend: openai, model: m, api_key: "\${OPENAI_KEY}", temperature: 0.2 }`,
    '  tools: [search, { name: calculator, enabled: true }]',
    '  memory: { type: summary }',
    '  mcp: { enabled: false }',
  ].join('\n');
  expect(await complaints('agent', text)).toEqual([]);
});

test('fields with wrong values are named with their line', async () => {
  const text =
    'agent:\n  backend: langchain\n  max_iterations: 0\n  llm:\n    backend: x\n  tools: [1]\n  memory: all\n';
  expect(await complaints('agent', text)).toEqual([
    'agent-field-invalid 2: `backend` of the agent must be one of qwen_agent, haystack, autogen.',
    'agent-field-invalid 3: `max_iterations` of the agent must be a whole number above 0.',
    'agent-field-invalid 5: `llm.backend` of the agent must be one of marie, openai.',
    'agent-field-invalid 6: `tools` of the agent must be a list of names, or of objects with a name.',
    'agent-field-invalid 7: `memory` of the agent must be an object.',
  ]);
});

describe('a secret in an agent', () => {
  const secret = 'sk-live-3141592653';

  test.each([
    ['in YAML', 'agent.yaml', `agent:\n  llm:\n    api_key: ${secret}\n`],
    ['in JSON on one line', 'agent.json', `{"llm":{"api_key":"${secret}"},"backend":"x"}`],
    ['as the default of a reference', 'agent.yaml', `llm:\n  api_key: "\${KEY:-${secret}}"\n`],
    ['in the settings of a tool', 'agent.yaml', `tools:\n  - name: t\n    config: { api_key: ${secret} }\n`],
    ['as a number', 'agent.yaml', 'llm: { api_key: 3141592653 }'],
    ['in a list', 'agent.yaml', `llm: { api_key: [${secret}] }`],
  ])('%s is an error that does not print it', async (_, path, text) => {
    const artifact = await read('agent', text, path);
    const said = validateArtifact(artifact, artifact.document);
    expect(said.map(({ code }) => code)).toContain('agent-secret');
    expect(JSON.stringify(said)).not.toContain('3141592653');
  });

  test('cannot be switched off', async () => {
    const checks = { checkDagCycles: false, checkNodeSchemas: false, checkJsonpath: false };
    const [complaint] = await complaints('agent', `llm:\n  api_key: ${secret}\n`, checks);
    expect(complaint).toBe(
      'agent-secret 2: The agent says its "api_key" in the file, where everyone who reads the repository sees it.',
    );
  });

  test('is not printed by a complaint about something else on its line', async () => {
    const bytes = Buffer.from(`{"name":"a\\u202eb","llm":{"api_key":"${secret}"}}`);
    const outcome = await readArtifact('agent', { path: 'a.json', bytes });
    expect(outcome.diagnostics.map(({ code }) => code)).toEqual(['artifact-name-invalid']);
    expect(JSON.stringify(outcome.diagnostics)).not.toContain(secret);
  });

  test.each(['', '~', `"\${KEY}"`, `"\${env.KEY}"`])('but api_key: %s is none', async (value) => {
    expect(await complaints('agent', `llm:\n  api_key: ${value}\n`)).toEqual([]);
  });
});

test('a complete result, kept, can be read under any choice of checks', async () => {
  const artifact = await read('agent', 'backend: x\nllm: { api_key: abc }\n');
  const all = validateArtifact(artifact, artifact.document);
  const checks = { checkNodeSchemas: false };
  expect(all).toHaveLength(2);
  expect(chooseDiagnostics(all, checks)).toEqual(validateArtifact(artifact, artifact.document, checks));
});

test('a diagnostic carries the address and the source line', async () => {
  const artifact = await read('agent', 'name: clerk\nbackend: x\n', 'agents/clerk.yaml');
  expect(validateArtifact(artifact, artifact.document)).toMatchObject([
    { severity: 'error', address: 'agent.clerk', range: { filename: 'agents/clerk.yaml', line: 'backend: x' } },
  ]);
});
