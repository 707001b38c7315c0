import { expect, test } from 'vitest';
import { testSystem } from '../support/servers.ts';
import { workflowFile } from '../support/workflows.ts';
import { createProposal } from './previewed.ts';

/** How often Git is started, and with which command, for a preview of one changed file among so many. */
const workAmong = async (many: number): Promise<readonly string[]> => {
  const files = Object.fromEntries(
    Array.from({ length: many }, (_, index) => [`workflows/w${index}.json`, workflowFile(`w${index}`)]),
  );
  const commands: string[] = [];
  const { processes } = testSystem();
  const note = (args: readonly string[]): void => {
    commands.push(
      args.find((word, index) => /^[a-z]+(?:-[a-z]+)*$/.test(word) && !/^-[cC]$/.test(args[index - 1] ?? '')) ?? '',
    );
  };
  const { preview } = createProposal(
    files,
    { ...files, 'workflows/w3.json': workflowFile('w3', ['read', 'sort']) },
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

test('a preview of one changed file asks Git the same among 1,000 artifacts as among 10, and lists no tree', async () => {
  const few = await workAmong(10);
  expect(few.toSorted()).toEqual([
    ...['cat-file', 'cat-file', 'cat-file', 'diff-tree', 'for-each-ref', 'for-each-ref', 'rev-parse', 'rev-parse'],
  ]);
  expect(await workAmong(1000)).toEqual(few);
});
