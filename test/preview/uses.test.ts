import { expect, test } from 'vitest';
import { processorFiles, processorManifest } from '../support/processors.ts';
import { agentFile, workflowFile } from '../support/workflows.ts';
import { createProposal } from './previewed.ts';

/** A workflow of one node for each endpoint. */
const calling = (name: string, ...endpoints: readonly string[]) => ({
  [`workflows/${name}.json`]: workflowFile(
    name,
    endpoints,
    Object.fromEntries(
      endpoints.map((endpoint, index) => [index, { method: 'EXECUTOR_ENDPOINT', endpoint, params: {} }]),
    ),
  ),
});

const processor = (name: string, more = '', text = 'one\n') => ({
  [name]: processorFiles(name, { 'main.py': text }, processorManifest(name, more)),
});

const elsewhere = (name: string) => ({
  [name]: processorFiles(
    name,
    { 'main.py': 'one\n' },
    processorManifest(name).replace('extract_executor', 'other_executor'),
  ),
});

const agent = (name: string, message = 'hello') => ({ [`agents/${name}.yaml`]: agentFile(name, message) });

test('a changed workflow names all that it calls, and which of that changes with it', async () => {
  const both = {
    ...{ ...agent('router'), ...agent('clerk'), ...agent('nobody'), ...processor('dates', 'endpoint: /dates\n') },
    ...{ ...processor('totals', 'endpoint: /totals\n'), ...processor('anything'), ...elsewhere('idle') },
  };
  const { preview } = createProposal(
    { ...both, ...calling('a', 'router://ask') },
    {
      ...{ ...both, ...processor('totals', 'endpoint: /totals\n', 'two\n'), ...agent('clerk', 'good day') },
      ...calling('a', 'router://ask', 'clerk://ask', 'extract_executor://totals'),
    },
  );
  expect((await preview()).changes.find(({ kind }) => kind === 'workflow')?.uses).toEqual({
    agents: ['clerk', 'router'],
    // One that says its path is called by that path alone; one that says none may be meant by any.
    processors: ['anything', 'totals'],
    changed: ['agent.clerk', 'processor.totals'],
    executors: ['clerk', 'extract_executor', 'router'],
  });
});

test('what is new on the base is part of the merged project', async () => {
  const { preview, goOn } = createProposal(calling('a', 'router://ask'), calling('a', 'router://ask', 'clerk://ask'));
  goOn({ ...calling('a', 'router://ask'), ...agent('clerk') });
  expect((await preview()).changes[0]?.uses).toMatchObject({ agents: ['clerk'], changed: [] });
});

const lost = async (
  files: Parameters<typeof createProposal>[0],
  proposed: Parameters<typeof createProposal>[1],
  after = (_: ReturnType<typeof createProposal>): void => undefined,
) => {
  const proposal = createProposal(files, proposed);
  after(proposal);
  const { problems, targets } = await proposal.preview();
  // It is told once, and is nothing that the gates of a release find.
  expect(targets[0]?.gates[0]).toMatchObject({ gate: 'validation', verdict: 'pass' });
  return problems
    .filter(({ code }) => code === 'workflow-call-lost')
    .map(({ severity, detail, path }) => [severity, detail, path]);
};

test('an agent that is removed while workflows still call it is told, and so is one that the base has just begun to call', async () => {
  const callers = { ...calling('a', 'router://ask'), ...calling('b', 'router://ask', 'noop://x') };
  const others = calling('c', 'clerk://ask');
  expect(await lost({ ...callers, ...others, ...agent('router') }, { ...callers, ...others })).toEqual([
    [
      ...['warning', 'agent.router is removed, and 2 workflows would still call router://: workflow.a, workflow.b.'],
      null,
    ],
  ]);
  const begun = await lost({ ...others, ...agent('router') }, others, ({ goOn }) => {
    goOn({ ...callers, ...others, ...agent('router') });
  });
  expect(begun).toHaveLength(1);
  // Whoever removes what calls it as well has thought of it.
  expect(await lost({ ...callers, ...others, ...agent('router') }, others)).toEqual([]);
});

test('a processor that is run by another executor is told, unless something else answers to the calls', async () => {
  const files = { ...calling('a', 'extract_executor://dates'), ...processor('dates', 'endpoint: /dates\n') };
  const moved = { ...files, ...elsewhere('dates') };
  expect(await lost(files, moved)).toEqual([
    [
      'warning',
      'processor.dates answers to extract_executor://dates no more, and 1 workflow would still call that: workflow.a.',
      'processors/dates/processor.yaml',
    ],
  ]);
  expect(await lost(files, { ...moved, ...processor('calendar', 'endpoint: /dates\n') })).toEqual([]);
  expect(await lost(files, { ...moved, ...processor('calendar', 'endpoint: /calendar\n') })).toHaveLength(1);
});
