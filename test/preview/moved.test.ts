import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openMergeReader } from '../../engine/versions/index.ts';
import { processorFiles } from '../support/processors.ts';
import { temporaryDirectory, testSystem } from '../support/servers.ts';
import { workflowFile } from '../support/workflows.ts';
import { createProposal, type Proposal } from './previewed.ts';

type Files = Parameters<typeof createProposal>[0];

const texts = ['read', 'b', 'c', 'd', 'e', 'sort'];
const old = workflowFile('a', texts);
const ofHead = workflowFile('a', ['head', ...texts.slice(1)]);
const ofBase = workflowFile('a', [...texts.slice(0, -1), 'base']);
const ofBoth = workflowFile('a', ['head', ...texts.slice(1, -1), 'base']);

const at = (path: string, content: string): Files => ({ 'workflows/b.json': workflowFile('b'), [path]: content });
const before = at('workflows/a.json', old);

const proposed = (head: Files, base: Files, parted: Files = before): Proposal => {
  const proposal = createProposal(parted, head);
  proposal.goOn(base);
  return proposal;
};

/** What `git merge` makes of it in a clone: its files by their paths, and the paths that it leaves to somebody. */
const mergedByGit = ({ directory }: Proposal) => {
  const clone = join(temporaryDirectory(), 'clone');
  const git = (args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], { stdio: 'pipe' }).toString('utf8');
  git(['clone', '--quiet', '--no-local', '--branch', 'main', directory, clone]);
  try {
    git(['-C', clone, 'merge', '--quiet', '-m', 'merged', 'origin/feature']);
  } catch {
    const left = git(['-C', clone, 'diff', '--name-only', '--diff-filter=U']).trim().split('\n');
    return { files: {}, conflicts: left };
  }
  const paths = git(['-C', clone, 'ls-files', '-z']).split('\0').filter(Boolean);
  return {
    files: Object.fromEntries(paths.map((path) => [path, git(['-C', clone, 'show', `HEAD:${path}`])])),
    conflicts: [],
  };
};

/** What the preview reads as merged: the files of the base with what it says that merging changes. */
const mergedByUs = async ({ directory }: Proposal) => {
  const reader = await openMergeReader(testSystem(), { repository: '.', directory });
  const { base, changes, conflicts, contents } = await reader.merge(await reader.ends('main', 'feature'));
  if (conflicts.length > 0) return { files: {}, conflicts };
  const show = (blob: string): string =>
    execFileSync('git', ['-C', directory, 'cat-file', 'blob', blob], { stdio: 'pipe' }).toString('utf8');
  const listed = await reader.filesAt(base.commit, []);
  const files = new Map(listed.map(({ path, blob }) => [path, show(blob)]));
  for (const { path, before: side, after } of changes) {
    expect(side?.blob).toBe(listed.find((file) => file.path === path)?.blob);
    if (after) files.set(path, contents.get(after.blob)?.toString('utf8') ?? show(after.blob));
    else files.delete(path);
  }
  return { files: Object.fromEntries(files), conflicts };
};

const asGit = async (proposal: Proposal): Promise<void> => {
  const [ours, expected] = [await mergedByUs(proposal), mergedByGit(proposal)];
  expect(ours).toEqual(expected);
};

test('what the base has moved and the head has changed is changed where it lies now', async () => {
  const proposal = proposed(at('workflows/a.json', ofHead), at('workflows/new/a.json', ofBase));
  await asGit(proposal);
  const { changes, conflicts, problems } = await proposal.preview();
  expect({ conflicts, problems }).toEqual({ conflicts: [], problems: [] });
  expect(changes).toMatchObject([{ address: 'workflow.a', actions: ['update'], path: 'workflows/new/a.json' }]);
  expect(changes[0]?.detail?.nodes.changed.map(({ label }) => label)).toEqual(['0: head']);
});

test('what the head has moved and the base has changed keeps what the base made of it', async () => {
  const proposal = proposed(at('workflows/new/a.json', old), at('workflows/a.json', ofBase));
  await asGit(proposal);
  // The artifact is the same in another file.
  expect(await proposal.preview()).toMatchObject({ changes: [], conflicts: [], problems: [] });

  const edited = proposed(at('workflows/new/a.json', ofHead), at('workflows/a.json', ofBase));
  await asGit(edited);
  const { changes, conflicts } = await edited.preview();
  expect(conflicts).toEqual([]);
  expect(changes).toMatchObject([{ address: 'workflow.a', actions: ['update'], path: 'workflows/new/a.json' }]);
  expect(changes[0]?.detail?.nodes.changed.map(({ label }) => label)).toEqual(['0: head']);
});

test('what both have moved to one place comes with what both made of it', async () => {
  const proposal = proposed(at('workflows/new/a.json', ofHead), at('workflows/new/a.json', ofBase));
  await asGit(proposal);
  const { files } = await mergedByUs(proposal);
  expect(files).toMatchObject({ 'workflows/new/a.json': ofBoth });
});

test('what both have changed in the same place stays a conflict, where it lies now', async () => {
  const other = workflowFile('a', ['base', ...texts.slice(1)]);
  for (const [head, base] of [
    [at('workflows/a.json', ofHead), at('workflows/new/a.json', other)],
    [at('workflows/new/a.json', ofHead), at('workflows/a.json', other)],
  ] as const) {
    const proposal = proposed(head, base);
    await asGit(proposal);
    expect(await proposal.preview()).toMatchObject({
      changes: [{ address: 'workflow.a', actions: ['update'] }],
      conflicts: ['workflows/new/a.json'],
    });
  }
});

test('what is deleted and not moved, or moved to where the other side has something else, is a conflict', async () => {
  const gone = proposed(at('workflows/a.json', ofHead), { 'workflows/b.json': workflowFile('b') });
  await asGit(gone);
  expect((await gone.preview()).conflicts).toEqual(['workflows/a.json']);

  const taken = { ...at('workflows/a.json', ofHead), 'workflows/new/a.json': workflowFile('other') };
  expect((await proposed(taken, at('workflows/new/a.json', ofBase)).preview()).conflicts).not.toEqual([]);
});

test('what one side has moved and the other deleted, or moved elsewhere, is a conflict', async () => {
  const none = { 'workflows/b.json': workflowFile('b') };
  const ofTheBase = proposed(none, at('workflows/new/a.json', old));
  await asGit(ofTheBase);
  expect(await ofTheBase.preview()).toMatchObject({
    changes: [{ address: 'workflow.a', actions: ['delete'] }],
    conflicts: ['workflows/new/a.json'],
  });
  const ofTheHead = proposed(at('workflows/new/a.json', old), none);
  await asGit(ofTheHead);
  expect((await ofTheHead.preview()).conflicts).toEqual(['workflows/new/a.json']);

  const elsewhere = proposed(at('workflows/new/a.json', old), at('workflows/other/a.json', old));
  expect(mergedByGit(elsewhere).conflicts).toContain('workflows/new/a.json');
  expect((await elsewhere.preview()).conflicts).toEqual(['workflows/new/a.json']);
  // Both have deleted it.
  await asGit(proposed(none, { ...none, 'workflows/c.json': workflowFile('c') }));
});

test('a processor whose folder either side has moved comes with what both made of its files', async () => {
  const files = (folder: string, main: string, help = 'help'): Files => ({
    reader: processorFiles(folder, { 'main.py': `${main}\n1\n2\n3\n4\n5\n`, 'help.py': `${help}\n1\n2\n3\n` }),
  });
  const parted = files('reader', 'old');
  const manifest = processorFiles('reader', {}).filter(({ path }) => String(path).endsWith('.yaml'));
  const moved = (main: string): Files => ({
    reader: [...(files('elsewhere', main).reader as typeof manifest)].map((file) =>
      String(file.path).endsWith('.yaml') ? { ...file, content: manifest[0]?.content ?? '' } : file,
    ),
  });
  const ofTheBase = proposed(files('reader', 'head'), moved('old'), parted);
  await asGit(ofTheBase);
  const { changes } = await ofTheBase.preview();
  expect(changes).toMatchObject([{ address: 'processor.reader', actions: ['update'] }]);
  expect(changes[0]?.detail?.files?.map(({ path }) => path)).toEqual(['main.py']);

  const ofTheHead = proposed(moved('old'), files('reader', 'base'), parted);
  await asGit(ofTheHead);
  expect(await ofTheHead.preview()).toMatchObject({ changes: [], conflicts: [] });
});
