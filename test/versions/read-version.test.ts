import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { digestOf, manifestDigestOf } from '../../engine/values/index.ts';
import { type BlobKnowledge, noKnowledge, openSource, readVersion, type Source } from '../../engine/versions/index.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { temporaryDirectory, testSystem } from '../support/servers.ts';

const parent = temporaryDirectory();
const selection = { agent: ['agents/**'] };
let repository: TestRepository;
let count = 0;
/** Paths whose content Git was asked for. */
let read: string[];

const openCounting = async (): Promise<Source> => {
  const source = await openSource(testSystem(), {
    repository: '.',
    directory: repository.directory,
    cacheDirectory: join(parent, 'sources'),
    versionPattern: '*',
    includePrerelease: false,
  });
  return {
    ...source,
    readBlobs: (wanted, maxBytes) => {
      read.push(...wanted.map(({ path }) => path));
      return source.readBlobs(wanted, maxBytes);
    },
  };
};

type BlobRecord = Awaited<ReturnType<BlobKnowledge['lookup']>>[number];

/** Knowledge in memory, kept as JSON as a database would. */
const memory = (): BlobKnowledge => {
  const records = new Map<string, string>();
  return {
    files: async (blobs) =>
      [...records.values()].map((text) => JSON.parse(text) as BlobRecord).filter(({ blob }) => blobs.includes(blob)),
    lookup: async (entries) => {
      const wanted = new Set(entries.map(({ blob }) => blob));
      return [...records.values()].map((text) => JSON.parse(text) as BlobRecord).filter(({ blob }) => wanted.has(blob));
    },
    remember: async (learnt) => {
      for (const record of learnt) records.set(`${record.kind} ${record.blob}`, JSON.stringify(record));
    },
  };
};

const readHead = async (known: BlobKnowledge = noKnowledge) => {
  const source = await openCounting();
  return readVersion(source, await source.revision('main'), { selection, known });
};

const contentOf = async (known?: BlobKnowledge) => {
  const outcome = await readHead(known);
  if (!outcome.ok) throw new Error(outcome.diagnostics.map(({ code }) => code).join());
  return outcome.value;
};

const said = (outcome: Awaited<ReturnType<typeof readHead>>): readonly string[] =>
  (outcome.ok ? outcome.value.problems : outcome.diagnostics).map(({ code, range }) => `${code} ${range?.filename}`);

beforeEach(() => {
  count += 1;
  read = [];
  repository = createRepository(parent, `read-${count}`);
});

describe('a version', () => {
  it('is the sorted list of its artifacts, with their digests and where they lie', async () => {
    repository.commit({
      'agents/z.json': '{"name":"alpha"}',
      'agents/a.yaml': 'name: omega\n',
      'README.md': 'no artifact',
    });
    const { manifest, problems } = await contentOf();
    expect(problems).toEqual([]);
    expect(manifest.entries).toEqual([
      {
        kind: 'agent',
        name: 'alpha',
        digest: digestOf({ name: 'alpha' }),
        path: 'agents/z.json',
        blob: repository.git(['rev-parse', 'HEAD:agents/z.json']),
      },
      {
        kind: 'agent',
        name: 'omega',
        digest: digestOf({ name: 'omega' }),
        path: 'agents/a.yaml',
        blob: repository.git(['rev-parse', 'HEAD:agents/a.yaml']),
      },
    ]);
    expect(manifest.digest).toBe(manifestDigestOf(manifest.entries));
  });

  it('is the same whatever its files are called and however they are written', async () => {
    repository.commit({ 'agents/one.json': '{"name":"alpha","llm":{"model":"m","backend":"openai"}}' });
    const before = await contentOf();
    repository.commit({ 'agents/sub/two.yaml': 'llm:\n  backend: openai\n  model: m\nname: alpha\n' });
    expect((await contentOf()).manifest.digest).toBe(before.manifest.digest);
  });

  it('may hold nothing', async () => {
    repository.commit({ 'README.md': 'no artifact' });
    expect((await contentOf()).manifest.entries).toEqual([]);
  });

  it('brings what validation finds, with the file', async () => {
    repository.commit({ 'agents/bad.yaml': 'name: bad\nmax_iterations: 0\n' });
    expect(said(await readHead())).toEqual(['agent-field-invalid agents/bad.yaml']);
  });

  it('fails as a whole where files are no artifacts or names collide, all said at once', async () => {
    repository.commit({
      'agents/broken.json': '{"name":',
      'agents/list.json': '[]',
      'agents/one.json': '{"name":"twin"}',
      'agents/two.json': '{"name":"Twin","llm":{}}',
      'agents/wrong.yaml': 'name: wrong\nmax_iterations: 0\n',
    });
    const outcome = await readHead();
    expect(outcome.ok).toBe(false);
    const codes = outcome.diagnostics.map(({ code }) => code);
    expect(codes).toContain('artifact-shape-unknown');
    expect(codes).toContain('artifact-name-taken');
    expect(codes).toContain('agent-field-invalid');
    expect(codes).toHaveLength(4);
  });
});

describe('what is known', () => {
  it('is neither read nor parsed again', async () => {
    const known = memory();
    repository.commit({ 'agents/a.json': '{"name":"alpha"}', 'agents/b.yaml': 'name: beta\nmax_iterations: 0\n' });
    const first = await contentOf(known);
    expect(read).toEqual(['agents/a.json', 'agents/b.yaml']);
    expect(await contentOf(known)).toEqual(first);
    expect(read).toHaveLength(2);
  });

  it('leaves only what changed to be read', async () => {
    const known = memory();
    repository.commit({ 'agents/a.json': '{"name":"alpha"}', 'agents/b.json': '{"name":"beta"}' });
    await contentOf(known);
    read = [];
    repository.commit({ 'agents/a.json': '{"name":"alpha"}', 'agents/b.json': '{"name":"beta","llm":{}}' });
    const { manifest } = await contentOf(known);
    expect(read).toEqual(['agents/b.json']);
    expect(manifest).toEqual((await contentOf()).manifest);
  });

  it('follows content that moved, and its complaints name the new file', async () => {
    const known = memory();
    repository.commit({ 'agents/old.yaml': 'name: same\nmax_iterations: 0\n' });
    await contentOf(known);
    repository.commit({ 'agents/new.yaml': 'name: same\nmax_iterations: 0\n' });
    read = [];
    expect(said(await readHead(known))).toEqual(['agent-field-invalid agents/new.yaml']);
    expect(read).toEqual([]);
  });

  it('does not give an artifact that is named by its file the name of another file', async () => {
    const known = memory();
    repository.commit({ 'agents/before.yaml': 'llm: {}\n' });
    expect((await contentOf(known)).manifest.entries.map(({ name }) => name)).toEqual(['before']);
    repository.commit({ 'agents/after.yaml': 'llm: {}\n' });
    expect((await contentOf(known)).manifest.entries.map(({ name }) => name)).toEqual(['after']);
    repository.commit({ 'agents/deep/after.yaml': 'llm: {}\n' });
    read = [];
    expect((await contentOf(known)).manifest.entries.map(({ name }) => name)).toEqual(['after']);
    expect(read).toEqual([]);
  });

  it('changes nothing about the result, whatever was known before', async () => {
    const files = fc.dictionary(
      fc.constantFrom('agents/a.json', 'agents/b.json', 'agents/c.json', 'agents/d/a.json'),
      fc.constantFrom(
        '{}',
        '{"name":"alpha"}',
        '{"name":"Alpha"}',
        '{"name":"beta"}',
        '{"max_iterations":0}',
        '[]',
        '{"name":3}',
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(files, { minLength: 1, maxLength: 3 }), async (commits) => {
        const known = memory();
        for (const commit of commits) {
          repository.commit({ 'README.md': '', ...commit });
          expect(await readHead(known)).toEqual(await readHead());
        }
      }),
      { numRuns: 8 },
    );
  });
});
