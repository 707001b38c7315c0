import { expect, test } from 'vitest';
import { manifestsAbove } from '../../engine/versions/index.ts';
import { processorFiles, processorManifest } from '../support/processors.ts';
import { createProposal } from './previewed.ts';

const files = (main: string, help: string, manifest = processorManifest('reader')) => ({
  reader: processorFiles('reader', { 'main.py': `${main}\n`, 'help.py': `${help}\n` }, manifest),
});

test('a processor of which both changed different files comes with what both made of it', async () => {
  const { preview, goOn } = createProposal(files('old', 'old'), files('head', 'old'));
  goOn(files('old', 'base'));
  const { changes, conflicts } = await preview();
  expect(conflicts).toEqual([]);
  expect(changes.map(({ address, actions }) => [address, ...actions])).toEqual([['processor.reader', 'update']]);
  // What the base did is no change, and is not undone.
  expect(changes[0]?.detail?.files?.map(({ path }) => path)).toEqual(['main.py']);
});

test('one that the base has begun meanwhile has the files of the head, and is not deleted', async () => {
  const alone = { reader: [{ path: 'processors/reader/main.py', content: 'old\n' }] };
  const { preview, goOn } = createProposal(alone, {
    reader: [{ path: 'processors/reader/main.py', content: 'head\n' }],
  });
  goOn({
    reader: [...alone.reader, { path: 'processors/reader/processor.yaml', content: processorManifest('reader') }],
  });
  const { changes } = await preview();
  expect(changes.map(({ address, actions }) => [address, ...actions])).toEqual([['processor.reader', 'update']]);
  expect(changes[0]?.detail?.files?.map(({ path }) => path)).toEqual(['main.py']);
});

test('where both changed the same lines of a file, nobody can tell what the processor will be', async () => {
  const { preview, goOn } = createProposal(files('old', 'old'), files('head', 'old'));
  goOn(files('base', 'old'));
  expect((await preview()).conflicts).toEqual(['processors/reader/processor.yaml']);
});

test('manifests are sought only where one may lie above a changed file', () => {
  const usual = ['processors/*/processor.yaml'];
  expect(manifestsAbove(['README.md', 'docs/a/b.md'], usual)).toEqual([]);
  expect(manifestsAbove(['processors/a/src/deep/x.py', 'processors/a/y.py', 'processors/z'], usual)).toEqual([
    'processors/a/processor.yaml',
  ]);
  expect(manifestsAbove(['a/b/c.py'], ['**/processor.yaml', 'a/*/other.yml'])).toEqual([
    'a/processor.yaml',
    'a/b/processor.yaml',
    'a/b/other.yml',
  ]);
  // Its name is open: everything has to be listed.
  expect(manifestsAbove(['a/b/c.py'], ['**/*.yaml'])).toBeUndefined();
  expect(
    manifestsAbove(
      Array.from({ length: 501 }, (_, index) => `processors/p${index}/x.py`),
      usual,
    ),
  ).toBeUndefined();
});
