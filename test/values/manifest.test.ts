import { brotliCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { decodeEntries, encodeEntries, type ManifestEntry } from '../../engine/values/index.ts';

const entries: readonly ManifestEntry[] = [
  { kind: 'agent', name: 'ä', digest: 'a'.repeat(64), path: 'agents/ä.yaml', blob: 'b'.repeat(40) },
  { kind: 'workflow', name: 'w\n"', digest: 'c'.repeat(64), path: 'workflows/w.json', blob: 'd'.repeat(64) },
];

test('entries read back as they were stored', () => {
  expect(decodeEntries(encodeEntries(entries))).toEqual(entries);
  expect(decodeEntries(encodeEntries([]))).toEqual([]);
});

test('what an earlier m3forge has stored, in Brotli, is read too', () => {
  const rows = [
    [1, 'ä', 'a'.repeat(64), 'agents/ä.yaml', 'b'.repeat(40)],
    [0, 'w\n"', 'c'.repeat(64), 'workflows/w.json', 'd'.repeat(64)],
  ];
  expect(decodeEntries(brotliCompressSync(JSON.stringify(rows)))).toEqual(entries);
});
