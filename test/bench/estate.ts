import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './process.ts';

/** A repository of so many workflows of twenty nodes, with three tags: the second differs in 1 %, the third in one. */
export interface Estate {
  readonly directory: string;
  readonly size: number;
  /** Of all workflows as v1.0.0 has them. */
  readonly bytes: number;
}

const nodesEach = 20;

/** Numbers below `below`, the same for the same seed. */
const numbersFrom = (seed: number) => {
  let state = seed >>> 0;
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

const words = [
  'read',
  'extract',
  'total',
  'vendor',
  'page',
  'layout',
  'currency',
  'table',
  'header',
  'invoice',
] as const;

const sentence = (below: (most: number) => number, count: number): string =>
  Array.from({ length: count }, () => words[below(words.length)] ?? '').join(' ');

const idOf = (workflow: number, node: number): string =>
  `01930d8c-${String(workflow % 10_000).padStart(4, '0')}-7000-8000-${String(Math.floor(workflow / 10_000) * 100 + node).padStart(12, '0')}`;

/** One workflow in the studio's shape, about 10 kB as real ones are. `edition` changes one prompt. */
export const workflowText = (index: number, edition: number): string => {
  const below = numbersFrom(index + 1);
  const nodes = Array.from({ length: nodesEach }, (_, node) => ({
    task_id: idOf(index, node),
    query_str: `${node}: ${sentence(below, 3)}`,
    dependencies: node === 0 ? [] : [idOf(index, below(node))],
    node_type: 'COMPUTE',
    definition:
      node === 0
        ? { method: 'NOOP', endpoint: 'noop', params: { layout: null } }
        : {
            method: 'EXECUTOR_ENDPOINT',
            endpoint: `extract_executor_${below(5)}://document/extract`,
            params: { layout: `layout-${below(40)}`, prompt: sentence(below, 12), edition: node === 1 ? edition : 0 },
          },
  }));
  const plan = { id: idOf(index, 99), name: `workflow-${index}`, version: '1.0.0', tags: ['bench'], category: 'bench' };
  return `${JSON.stringify({ ...plan, planDefinition: { nodes }, metadata: { author: 'bench' } }, null, 2)}\n`;
};

/** Where it lies in the repository. */
export const workflowPath = (index: number): string => `workflows/w${index}.json`;

const author = 'Bench <bench@example.com> 1767225600 +0000';

/** What `git fast-import` is told of one commit: only the files that differ from the one before. */
const commitOf = (mark: number, files: Iterable<readonly [path: string, text: string]>, tag: string): string[] => {
  const parts = [`commit refs/heads/main\nmark :${mark}\ncommitter ${author}\ndata ${tag.length}\n${tag}\n`];
  if (mark > 1) parts.push(`from :${mark - 1}\n`);
  for (const [path, text] of files) parts.push(`M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`);
  parts.push(`reset refs/tags/${tag}\nfrom :${mark}\n\n`);
  return parts;
};

const filesOf = function* (size: number, every: number, edition: number): Generator<readonly [string, string]> {
  // For what is asked of the repository alone.
  if (edition === 0) yield ['m3forge.yaml', configurationOf(undefined, '.')];
  for (let index = 0; index < size; index += every) yield [workflowPath(index), workflowText(index, edition)];
};

/** The configuration: one target on one place. */
export const configurationOf = (database: string | undefined, repository: string): string =>
  [
    'version: 1',
    'project: bench',
    ...(database === undefined ? [] : [`state: { database: "${database}" }`]),
    `source: { repository: ${repository} }`,
    'environments:',
    `  development: { type: development${database === undefined ? '' : `, database: { url: "${database}", schema: place }`} }`,
    'targets:',
    '  development: { environment: development, version: latest, deployment: { max_deletes: 1000000 } }',
    '',
  ].join('\n');

/** Writes an estate as a repository without a working tree: nobody needs 100,000 files on the disk. */
export const createEstate = async (directory: string, size: number): Promise<Estate> => {
  const repository = join(directory, 'repository');
  mkdirSync(repository, { recursive: true });
  await run('git', ['init', '--quiet', '--initial-branch=main', repository]);
  const child = spawn('git', ['-C', repository, 'fast-import', '--quiet'], { stdio: ['pipe', 'ignore', 'inherit'] });
  let bytes = 0;
  for (const [mark, files, tag] of [
    [1, filesOf(size, 1, 0), 'v1.0.0'],
    [2, filesOf(size, 100, 1), 'v1.1.0'],
    [3, filesOf(1, 1, 2), 'v1.2.0'],
  ] as const) {
    for (const part of commitOf(mark, files, tag)) {
      if (mark === 1) bytes += Buffer.byteLength(part);
      if (!child.stdin.write(part)) await once(child.stdin, 'drain');
    }
  }
  child.stdin.end('done\n');
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`git fast-import ended with ${code}`);
  return { directory, size, bytes };
};
