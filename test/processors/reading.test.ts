import { expect, test } from 'vitest';
import { type BlobKnowledge, readVersion, type Source } from '../../engine/versions/index.ts';
import { processorFiles } from '../support/processors.ts';
import { createRepository } from '../support/repository.ts';
import { openRepository, parent } from '../versions/sources.ts';

const selection = { processor: ['processors/*/processor.yaml'] };

type BlobRecord = Awaited<ReturnType<BlobKnowledge['lookup']>>[number];

const createMemory = (): BlobKnowledge => {
  const records = new Map<string, BlobRecord>();
  const find = (blobs: readonly string[]) => [...records.values()].filter(({ blob }) => blobs.includes(blob));
  return {
    files: async (blobs) => find(blobs),
    lookup: async (entries) => find(entries.map(({ blob }) => blob)),
    remember: async (learnt) => {
      for (const record of learnt) records.set(`${record.kind} ${record.blob}`, record);
    },
  };
};

test('one changed file is read, with the manifest that names it, and nothing else', async () => {
  const repository = createRepository(parent, 'reading');
  const files = (text: string) => ({
    'main.py': text,
    ...Object.fromEntries([...'abcdef'].map((name) => [name, name])),
  });
  const others = [...'uvwxyz'].flatMap((name) => processorFiles(name));
  repository.commit([...others, ...processorFiles('ocr', files('one'))], 'v1.0.0');
  repository.commit([...others, ...processorFiles('ocr', files('two'))], 'v1.1.0');
  const source = await openRepository(repository);
  const read: string[] = [];
  const watched: Source = {
    ...source,
    readBlobs: (wanted, maxBytes) => {
      read.push(...wanted.map(({ path }) => path));
      return source.readBlobs(wanted, maxBytes);
    },
  };
  const known = createMemory();
  const [first, second] = await source.tags();
  const before = await readVersion(watched, { treeId: first?.treeId ?? '' }, { selection, known });
  // Seven manifests, the seven files of one and the equal file of six, which is read once for each.
  expect(read).toHaveLength(20);
  read.length = 0;
  const after = await readVersion(watched, { treeId: second?.treeId ?? '' }, { selection, known });
  expect(read).toEqual(['processors/ocr/main.py', 'processors/ocr/processor.yaml']);
  const digests = [before, after].map((outcome) =>
    outcome.ok ? outcome.value.manifest.entries.map(({ digest }) => digest) : [],
  );
  expect(digests[0]?.filter((digest) => !digests[1]?.includes(digest))).toHaveLength(1);
});
