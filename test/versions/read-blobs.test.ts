import { expect, test } from 'vitest';
import { digestOf } from '../../engine/values/index.ts';
import type { Source, TreeEntry } from '../../engine/versions/index.ts';
import { readBlob } from '../../engine/versions/read-blob.ts';
import { readBlobs } from '../../engine/versions/read-blobs.ts';
import { agentFile, workflowFile } from '../support/workflows.ts';

// Enough files for threads; among them agents in YAML, faulty workflows and files that are no artifacts at all.
const contentOf = (index: number): string => {
  if (index % 7 === 3) return agentFile(`agent-${index}`, 'say – “ü”');
  if (index % 11 === 5) return '{"name": "broken",';
  if (index % 13 === 6) return workflowFile(`empty-${index}`, []);
  return workflowFile(`flow-${index}`, ['read', `text ${index}`]);
};

const files = Array.from({ length: 700 }, (_, index) => ({
  kind: index % 7 === 3 ? ('agent' as const) : ('workflow' as const),
  path: `files/${index}.${index % 7 === 3 ? 'yaml' : 'json'}`,
  blob: String(index).padStart(40, '0'),
}));

const sourceOf = (read: (index: number) => string): Source =>
  ({
    async *readBlobs(wanted: readonly TreeEntry[]) {
      for (const entry of wanted) yield { ...entry, bytes: Buffer.from(read(Number(entry.blob))) };
    },
  }) as unknown as Source;

const collect = async (entries: typeof files, source = sourceOf(contentOf)) => {
  const found = [];
  for await (const item of readBlobs(source, entries)) found.push(item);
  return found;
};

test('many files read in threads come to what each of them comes to alone, in the same order', async () => {
  const found = await collect(files);
  expect(found.map(({ entry }) => entry)).toEqual(files);
  for (const { entry, reading } of found) {
    const bytes = Buffer.from(contentOf(Number(entry.blob)));
    expect(reading).toEqual(await readBlob({ ...entry, bytes }));
    const { artifact } = reading;
    if (artifact && entry.kind === 'workflow') {
      expect(artifact.digest).toBe(digestOf(JSON.parse(artifact.body.toString('utf8'))));
    }
  }
  expect(found.filter(({ reading }) => reading.artifact === null).length).toBeGreaterThan(20);
});

test('a source that fails half-way fails the reading, and leaves no thread behind', async () => {
  const failing = sourceOf((index) => {
    if (index === 300) throw new Error('the source broke');
    return contentOf(index);
  });
  await expect(collect(files, failing)).rejects.toThrow('the source broke');
});

test('a reader that stops early leaves no thread behind', async () => {
  for await (const { entry } of readBlobs(sourceOf(contentOf), files)) {
    expect(entry).toBe(files[0]);
    break;
  }
});
