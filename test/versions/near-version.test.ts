import { mkdirSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type NearVersion, noKnowledge, readNearVersion, readVersion } from '../../engine/versions/index.ts';
import { processorManifest } from '../support/processors.ts';
import { createRepository } from '../support/repository.ts';
import { openRepository, parent } from './sources.ts';

const selection = { agent: ['agents/**'], processor: ['processors/*/processor.yaml'] };
const order = { selection, known: noKnowledge };

type Files = Readonly<Record<string, string>>;

let count = 0;
const repositoryOf = async (folder = '') => {
  count += 1;
  const repository = createRepository(parent, `near-${count}`);
  const treeOf = async (files: Files) => {
    const commit = repository.commit(
      Object.entries(files).map(([path, content]) => ({ path: folder + path, content })),
    );
    return (await source.revision(commit)).treeId;
  };
  repository.commit({ [`${folder}agents/first.yaml`]: 'name: first\n' });
  const directory = folder === '' ? repository.directory : `${repository.directory}/${folder.slice(0, -1)}`;
  mkdirSync(directory, { recursive: true });
  const source = await openRepository(repository, { directory });
  return { source, treeOf };
};

/** The version that is near, and the other one, read as a whole and from the first. */
const readBoth = async (before: Files, after: Files, folder?: string) => {
  const { source, treeOf } = await repositoryOf(folder);
  const [treeId, nextTree] = [await treeOf(before), await treeOf(after)];
  const first = await readVersion(source, { treeId }, order);
  if (!first.ok) return undefined;
  const near: NearVersion = { treeId, entries: first.value.manifest.entries, problems: first.value.problems };
  const read: string[] = [];
  const counting: typeof source = {
    ...source,
    readBlobs: (wanted, maxBytes) => {
      read.push(...wanted.map(({ path }) => path));
      return source.readBlobs(wanted, maxBytes);
    },
    listTree: () => Promise.reject(new Error('the whole tree was listed')),
  };
  return {
    whole: await readVersion(source, { treeId: nextTree }, order),
    near: await readNearVersion(counting, nextTree, order, near),
    read,
  };
};

const agents = Object.fromEntries(
  Array.from({ length: 40 }, (_, index) => [`agents/a${index}.yaml`, `name: a${index}\nbackend: haystack\n`]),
);
const reader = (text: string) => ({
  'processors/reader/processor.yaml': processorManifest('reader'),
  'processors/reader/main.py': text,
});

test('only what differs between the trees is read, and it comes to the same', async () => {
  const before = { ...agents, ...reader('old'), 'README.md': 'one' };
  const after = { ...before, ...reader('new'), 'agents/a3.yaml': 'name: a3\nbackend: other\n', 'README.md': 'two' };
  for (const folder of ['', 'teams/invoices/']) {
    const both = await readBoth(before, after, folder);
    expect(both?.near).toEqual(both?.whole);
    expect(both?.read.sort()).toEqual([
      ...['agents/a3.yaml', 'processors/reader/main.py', 'processors/reader/processor.yaml'],
    ]);
  }
});

test('where a name is taken twice, or an artifact cannot be read, everything is read, so that everything is told', async () => {
  const taken = await readBoth(agents, { ...agents, 'agents/b.yaml': 'name: A1\n' });
  expect(taken).toMatchObject({ near: undefined, whole: { ok: false } });
  const broken = await readBoth(agents, { ...agents, 'agents/b.yaml': '{' });
  expect(broken).toMatchObject({ near: undefined, whole: { ok: false } });
  const nested = await readBoth(
    { ...agents, ...reader('x') },
    { ...agents, ...reader('x'), 'processors/other/processor.yaml': '{' },
  );
  expect(nested).toMatchObject({ near: undefined, whole: { ok: false } });
});

test('a basis that has other paths than its tree is none', async () => {
  const { source, treeOf } = await repositoryOf();
  const [treeId, nextTree] = [
    await treeOf(agents),
    await treeOf({ ...agents, 'agents/a3.yaml': 'name: a3\nbackend: x\n' }),
  ];
  const first = await readVersion(source, { treeId }, order);
  const entries = first.ok ? first.value.manifest.entries : [];
  const moved = entries.map((entry) => (entry.name === 'a3' ? { ...entry, path: 'agents/moved.yaml' } : entry));
  const near = (some: typeof entries) =>
    readNearVersion(source, nextTree, order, { treeId, entries: some, problems: [] });
  expect(await near(entries)).toMatchObject({ ok: true });
  expect(await near(moved)).toBeUndefined();
});

/** Mostly a name of the path's own, so that most trees can be read; else one that is easily taken twice. */
const nameAt = (path: string) =>
  fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom('one', 'two').map((end) => `${path.replaceAll(/\W/g, '-')}-${end}`) },
    { weight: 1, arbitrary: fc.constantFrom('a', 'A') },
  );
const agentPath = fc.constantFrom(
  ...['agents/x.yaml', 'agents/y.yaml', 'agents/deep/x.yaml', 'agents/z', 'agents/z/x.yaml', 'agents/v.json'],
);
const processorPath = fc.constantFrom('processors/p/processor.yaml', 'processors/q/processor.yaml');
const file = fc.oneof(
  agentPath.chain((path) =>
    fc.tuple(
      fc.constant(path),
      fc.oneof(
        { weight: 5, arbitrary: nameAt(path).map((name) => `{"name":"${name}"}`) },
        { weight: 1, arbitrary: fc.constantFrom('{"backend":"none"}', '{', '{"name":"e","llm":{}}') },
      ),
    ),
  ),
  processorPath.chain((path) =>
    fc.tuple(
      fc.constant(path),
      nameAt(path).map((name) => processorManifest(name)),
    ),
  ),
  fc.tuple(
    fc.constantFrom('processors/p/main.py', 'processors/q/main.py', 'processors/q/lib/x.py', 'README.md'),
    fc.constantFrom('one', 'two'),
  ),
);
/** A path cannot be a file and a folder at once. */
const files = fc.array(file, { maxLength: 8 }).map((some): Files => {
  const chosen = Object.fromEntries(some);
  if ('agents/z/x.yaml' in chosen) delete chosen['agents/z'];
  return { ...agents, ...chosen };
});

test('whatever two trees hold, what is read from the difference is what is read as a whole', async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(files, files, async (before, after) => {
      const both = await readBoth(before, after);
      if (!both?.near) return;
      compared += 1;
      expect(both.near).toEqual(both.whole);
    }),
    { numRuns: 40 },
  );
  expect(compared).toBeGreaterThan(5);
});
