import { expect, test } from 'vitest';
import { processorFiles } from '../support/processors.ts';
import { testSystem } from '../support/servers.ts';
import { agentFile, workflowFile } from '../support/workflows.ts';
import { createProposal } from './previewed.ts';

type Files = Parameters<typeof createProposal>[0];

const nothing = { method: 'NOOP', endpoint: 'noop://noop' };
const callsNobody = { 0: nothing, 1: nothing };

/** So many workflows; the fourth may consist of something else than the others, which call an executor. */
const workflowsAmong = (many: number, nodes = {}): Files => ({
  ...Object.fromEntries(
    Array.from({ length: many }, (_, index) => [`workflows/w${index}.json`, workflowFile(`w${index}`)]),
  ),
  'workflows/w3.json': workflowFile('w3', ['read'], nodes),
});

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

/** The workflow grows by a node. */
const workAmong = (many: number, nodes = {}, others: Files = {}): Promise<readonly string[]> => {
  const files = { ...workflowsAmong(many, nodes), ...others };
  return workOf(files, { ...files, 'workflows/w3.json': workflowFile('w3', ['read', 'sort'], nodes) }, 'workflow.w3');
};

/** One of them hands over all contents. */
const always = ['cat-file', 'diff-tree', 'for-each-ref', 'rev-parse'];

test('a preview of one changed file asks Git the same among 1,000 artifacts as among 10, and lists no tree', async () => {
  expect(await workAmong(10, callsNobody)).toEqual(always);
  expect(await workAmong(1000, callsNobody)).toEqual(always);
});

test('of a workflow that calls an executor it reads agents and processors without another command', async () => {
  expect(await workAmong(10)).toEqual(always);
  expect(await workAmong(1000)).toEqual(always);

  const agents = Object.fromEntries(['a', 'b', 'c'].map((name) => [`agents/${name}.yaml`, agentFile(name, 'hello')]));
  expect(await workAmong(10, {}, agents)).toEqual(always);
  expect(await workAmong(1000, {}, agents)).toEqual(always);
});

test('where something is created it reads all of its kind at once, many of them through a command of their own', async () => {
  const creating = (many: number) => {
    const files = workflowsAmong(many, callsNobody);
    return workOf(
      files,
      { ...files, 'workflows/new.json': workflowFile('new', ['read'], callsNobody) },
      'workflow.new',
    );
  };
  expect(await creating(10)).toEqual(always);
  const many = [...always, 'cat-file'].sort();
  expect(await creating(100)).toEqual(many);
  expect(await creating(1000)).toEqual(many);
});

test('where the file is one of a processor, only the manifest above it is looked for', async () => {
  const reader = (text: string) => ({ reader: processorFiles('reader', { 'main.py': text }) });
  const workOfReader = (many: number) =>
    workOf(
      { ...workflowsAmong(many), ...reader('old') },
      { ...workflowsAmong(many), ...reader('new') },
      'processor.reader',
    );
  const few = await workOfReader(10);
  const sought = 'ls-tree processors/reader/processor.yaml';
  // The others list the folder of the processor alone.
  const listed = few.filter((command) => command.startsWith('ls-tree'));
  expect(listed).toEqual(['ls-tree', 'ls-tree', 'ls-tree', 'ls-tree', sought, sought]);
  expect(await workOfReader(1000)).toEqual(few);
});
