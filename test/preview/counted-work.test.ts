import { expect, test } from 'vitest';
import { testSystem } from '../support/servers.ts';
import { agentFile, workflowFile } from '../support/workflows.ts';
import { createProposal } from './previewed.ts';

/** What the changed workflow consists of, once with a node more. */
type Nodes = Parameters<typeof workflowFile>[2];

/** How often Git is started, and with which command, for a preview of one changed file among so many. */
const workAmong = async (many: number, nodes: Nodes, others = {}): Promise<readonly string[]> => {
  const files = {
    ...Object.fromEntries(
      Array.from({ length: many }, (_, index) => [`workflows/w${index}.json`, workflowFile(`w${index}`)]),
    ),
    'workflows/w3.json': workflowFile('w3', ['read'], nodes),
    ...others,
  };
  const commands: string[] = [];
  const { processes } = testSystem();
  const note = (args: readonly string[]): void => {
    commands.push(
      args.find((word, index) => /^[a-z]+(?:-[a-z]+)*$/.test(word) && !/^-[cC]$/.test(args[index - 1] ?? '')) ?? '',
    );
  };
  const { preview } = createProposal(
    files,
    { ...files, 'workflows/w3.json': workflowFile('w3', ['read', 'sort'], nodes) },
    {
      processes: {
        ...processes,
        run: (program, args, options) => {
          note(args);
          return processes.run(program, args, options);
        },
        start: (program, args, options) => {
          note(args);
          return processes.start(program, args, options);
        },
      },
    },
  );
  expect((await preview()).changes).toMatchObject([{ address: 'workflow.w3' }]);
  return commands;
};

const nothing = { method: 'NOOP', endpoint: 'noop://noop' };
const always = [
  ...['cat-file', 'cat-file', 'cat-file', 'diff-tree', 'for-each-ref', 'for-each-ref', 'rev-parse', 'rev-parse'],
];

test('a preview of one changed file asks Git the same among 1,000 artifacts as among 10, and lists no tree', async () => {
  const nodes = { 0: nothing, 1: nothing };
  const few = await workAmong(10, nodes);
  expect(few.toSorted()).toEqual(always);
  expect(await workAmong(1000, nodes)).toEqual(few);
});

test('of a workflow that calls an executor it lists agents and processors once, and reads them at once', async () => {
  const few = await workAmong(10, {});
  expect(few.toSorted()).toEqual([...always, 'ls-tree'].toSorted());
  expect(await workAmong(1000, {})).toEqual(few);

  const agents = Object.fromEntries(['a', 'b', 'c'].map((name) => [`agents/${name}.yaml`, agentFile(name, 'hello')]));
  const reading = await workAmong(10, {}, agents);
  expect(reading.toSorted()).toEqual([...always, 'cat-file', 'ls-tree'].toSorted());
  expect(await workAmong(1000, {}, agents)).toEqual(reading);
});
