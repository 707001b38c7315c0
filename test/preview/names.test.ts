import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { mayHaveName } from '../../engine/preview/index.ts';
import { processorFiles, processorManifest } from '../support/processors.ts';
import { agentFile, workflowFile } from '../support/workflows.ts';
import { createProposal } from './previewed.ts';

type Files = Parameters<typeof createProposal>[0];

/** What the preview says of names, with the verdicts of the gate that judges artifacts. */
const saidOf = async (files: Files, more: Files, onBase: Files = {}) => {
  const proposal = createProposal(files, { ...files, ...more });
  if (Object.keys(onBase).length > 0) proposal.goOn({ ...files, ...onBase });
  const { problems, targets, changes } = await proposal.preview();
  const gates = targets.flatMap((target) => target.gates.filter(({ gate }) => gate === 'validation'));
  return {
    problems: problems.map(({ severity, code, detail, path }) => [severity, code, detail, path]),
    verdicts: gates.map(({ verdict, summary }) => `${verdict}: ${summary}`),
    changes: changes.map(({ address, actions }) => `${actions} ${address}`),
  };
};

const workflow = (file: string, name = file): Files => ({ [`workflows/${file}.json`]: workflowFile(name) });
const taken = (detail: string, path: string) => ['error', 'artifact-name-taken', detail, path];

test('a new workflow with the name of one that stays is an error, and no gate passes it', async () => {
  const files = { ...workflow('w1'), ...workflow('w2') };
  const said = await saidOf(files, workflow('zz', 'w2'));
  expect(said.problems).toEqual([
    taken('workflows/w2.json and workflows/zz.json define the workflow "w2".', 'workflows/zz.json'),
  ]);
  expect(said.verdicts).toEqual(['fail: 1 error, 0 warnings', 'fail: 1 error, 0 warnings']);
  // A version that was made since does not hide it, and it is said once.
  const later = await saidOf(files, workflow('zz', 'w2'), { ...workflow('w2'), ...workflow('w3') });
  expect(later).toMatchObject({ problems: said.problems, verdicts: said.verdicts });
});

test('names that differ only in case, changed names, names of files, and what the base has added count too', async () => {
  const files = { ...workflow('w1'), ...workflow('w2'), 'agents/clerk.yaml': agentFile('clerk', 'hello') };
  expect((await saidOf(files, workflow('zz', 'W2'))).problems).toHaveLength(1);
  expect((await saidOf({ ...files, ...workflow('big', 'BIG') }, workflow('zz', 'big'))).problems).toHaveLength(1);
  expect((await saidOf(files, workflow('w1', 'w2'))).problems).toEqual([
    taken('workflows/w1.json and workflows/w2.json define the workflow "w2".', 'workflows/w2.json'),
  ]);
  expect((await saidOf(files, workflow('zz', 'w9'), workflow('w9'))).problems).toHaveLength(1);

  const nameless = agentFile('x', 'hello').replace('name: x\n', '');
  expect((await saidOf(files, { 'agents/other/clerk.yaml': nameless })).problems).toHaveLength(1);
  const fromFile = { ...files, 'agents/maid.yaml': nameless };
  expect((await saidOf(fromFile, { 'agents/zz.yaml': agentFile('maid', 'hello') })).problems).toHaveLength(1);

  const processors = { reader: processorFiles('reader', { 'main.py': 'one\n' }) };
  const again = { second: processorFiles('second', { 'main.py': 'one\n' }, processorManifest('reader')) };
  expect((await saidOf(processors, again)).problems).toHaveLength(1);
});

test('a name that is given up, moved, or of another kind is free', async () => {
  const files = { ...workflow('w1'), ...workflow('w2'), 'agents/clerk.yaml': agentFile('clerk', 'hello') };
  expect((await saidOf(files, workflow('zz', 'clerk'))).problems).toEqual([]);
  expect((await saidOf(files, { ...workflow('w2', 'free'), ...workflow('zz', 'w2') })).problems).toEqual([]);
  const { preview } = createProposal(files, { ...workflow('w1'), ...workflow('moved/w2', 'w2') });
  expect((await preview()).problems).toEqual([]);
});

test('a file of YAML is parsed where it can have the name, however that is written', () => {
  const can = (name: string, text: string, path = 'agents/a.yaml'): boolean =>
    mayHaveName([name])(path, Buffer.from(text));
  const written = [
    'name: Big "Clerk"',
    'name: \'big "clerk"\'',
    'name: "BIG \\"CLERK\\""',
    'name: >-\n  Big\n  "Clerk"',
  ];
  expect(written.map((text) => can('Big "Clerk"', text))).toEqual([true, true, true, true]);
  expect(can('clerk', 'name: "\\u0063lerk"')).toBe(true);
  expect(can('clerk', 'name: "cl\\\n  erk"')).toBe(true);
  expect(can('clerk', 'backend: x', 'agents/Clerk.yaml')).toBe(true);
  expect(can('STRASSE', 'name: straße')).toBe(true);
  expect(can('ΟΔΟΣ', 'name: οδοσ')).toBe(true);
  expect(can('"', 'name: x')).toBe(true);
  expect(can('clerk', 'name: clerks\nother: aclerk')).toBe(false);
});

test('whatever a name consists of, it is found in the file that has it', () => {
  const name = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1 }),
    fc.string({
      unit: fc.constantFrom('-', 'a', '.', '/', '^', '$', '(', ']', '*', '+', '{', '|', '\\\\', ' ', 'ß'),
      minLength: 1,
    }),
  );
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 3 }), (names) => {
      const may = mayHaveName(names);
      for (const one of names) {
        for (const text of [JSON.stringify({ name: one }), stringify({ name: one })]) {
          expect(may('agents/x.yaml', Buffer.from(text)), text).toBe(true);
        }
      }
    }),
  );
});

test('names that cannot be compared are told of, and not passed over', async () => {
  const huge = ' '.repeat(10 * 1024 * 1024 + 1);
  const files = { ...workflow('w1'), 'workflows/huge.json': huge };
  const said = await saidOf(files, workflow('zz'));
  expect(said.problems).toEqual([
    [
      'warning',
      'preview-names-not-compared',
      expect.stringContaining('names of new workflows were not compared'),
      null,
    ],
  ]);
  expect(said.problems[0]?.[2]).toContain('workflows/huge.json');

  const long = agentFile('maid', 'clerk '.repeat(800_000));
  const agents = await saidOf({ 'agents/maid.yaml': long }, { 'agents/clerk.yaml': agentFile('clerk', 'hello') });
  expect(agents.problems).toEqual([
    ['warning', 'preview-names-not-compared', expect.stringContaining('1 file too many'), null],
  ]);
});
