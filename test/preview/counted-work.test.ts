import { expect, test } from 'vitest';
import { processorFiles } from '../support/processors.ts';
import { testSystem } from '../support/servers.ts';
import { workflowFile } from '../support/workflows.ts';
import { createProposal } from './previewed.ts';

type Files = Parameters<typeof createProposal>[0];

const workflowsAmong = (many: number): Files =>
  Object.fromEntries(
    Array.from({ length: many }, (_, index) => [`workflows/w${index}.json`, workflowFile(`w${index}`)]),
  );

const isCommand = (word: string, before: string | undefined): boolean =>
  /^[a-z]+(?:-[a-z]+)*$/.test(word) && !/^-[cC]$/.test(before ?? '');

/** How often Git is started, and with which command and files, for a preview of this. */
const workOf = async (files: Files, proposed: Files, address: string): Promise<readonly string[]> => {
  const commands: string[] = [];
  const { processes } = testSystem();
  const note = (args: readonly string[]): void => {
    const command = args.find((word, index) => isCommand(word, args[index - 1])) ?? '';
    const only = args.includes('--') ? args.slice(args.indexOf('--') + 1) : [];
    commands.push([command, ...only].join(' '));
  };
  const { preview } = createProposal(files, proposed, {
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
  });
  expect((await preview()).changes).toMatchObject([{ address }]);
  return commands.sort();
};

test('a preview of one changed file asks Git the same among 1,000 artifacts as among 10, and lists no tree', async () => {
  const changed = { 'workflows/w3.json': workflowFile('w3', ['read', 'sort']) };
  const workAmong = (many: number) =>
    workOf(workflowsAmong(many), { ...workflowsAmong(many), ...changed }, 'workflow.w3');
  const few = await workAmong(10);
  expect(few).toEqual([...['cat-file', 'cat-file', 'cat-file', 'diff-tree', 'for-each-ref', 'rev-parse', 'rev-parse']]);
  expect(await workAmong(1000)).toEqual(few);
});

test('where the file is one of a processor, only the manifest above it is looked for', async () => {
  const reader = (text: string) => ({ reader: processorFiles('reader', { 'main.py': text }) });
  const workAmong = (many: number) =>
    workOf(
      { ...workflowsAmong(many), ...reader('old') },
      { ...workflowsAmong(many), ...reader('new') },
      'processor.reader',
    );
  const few = await workAmong(10);
  const sought = 'ls-tree processors/reader/processor.yaml';
  // The others list the folder of the processor alone.
  const listed = few.filter((command) => command.startsWith('ls-tree'));
  expect(listed).toEqual(['ls-tree', 'ls-tree', 'ls-tree', 'ls-tree', sought, sought]);
  expect(await workAmong(1000)).toEqual(few);
});
