import { beforeAll, describe, expect, test } from 'vitest';
import { type History, openHistory } from '../../engine/versions/index.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { temporaryDirectory, testSystem } from '../support/servers.ts';

const openAt = (directory: string): Promise<History> =>
  openHistory(testSystem(), { repository: directory, directory: '/' });

const idsIn = (commits: readonly { readonly id: string }[]): readonly string[] => commits.map(({ id }) => id);

describe('the main line', () => {
  let repository: TestRepository;
  let history: History;
  const ids: Record<string, string> = {};
  beforeAll(async () => {
    repository = createRepository(temporaryDirectory());
    ids.first = repository.commit({ a: '1' }, 'v1.0.0');
    const merged = repository.merge({ a: '2' }, 'Merge pull request #34 from acme/x\n\nOne (#3)');
    ids.merge = merged.id;
    ids.branch = merged.branch;
    ids.squash = repository.commit({ a: '3' }, undefined, 'Two (#3)');
    ids.mention = repository.commit({ a: '4' }, undefined, 'Follows #3 and #34, as (#3) said');
    ids.gitea = repository.merge({ a: '5' }, "Merge pull request 'Three' (#345) from x into main").id;
    history = await openAt(repository.directory);
  });

  test('has pull requests by the numbers that hosts write, and by no others', async () => {
    const main = await history.branch();
    expect(main.name).toBe('main');
    const found = async (number: number) => idsIn(await history.pullRequest(main, number));
    expect(await found(34)).toEqual([ids.merge]);
    expect(await found(3)).toEqual([ids.squash]);
    expect(await found(345)).toEqual([ids.gitea]);
    expect(await found(4)).toEqual([]);
    expect(await found(45)).toEqual([]);
  });

  test('tells what is on it, what came with a merge, and what is elsewhere', async () => {
    const main = await history.branch();
    for (const id of [ids.first, ids.merge, ids.squash, ids.gitea]) {
      expect(await history.standing(main, id ?? '')).toEqual({ kind: 'on' });
    }
    expect(await history.standing(main, ids.branch ?? '')).toMatchObject({ kind: 'merged', by: { id: ids.merge } });
    const loose = repository.git(['commit-tree', `${ids.first}^{tree}`, '-p', ids.first ?? '', '-m', 'loose']);
    expect(await history.standing(main, loose)).toEqual({ kind: 'elsewhere' });
  });

  test('knows what comes before what, also of what is not here', async () => {
    const nowhere = 'd'.repeat(40);
    const all = [ids.first, ids.branch, ids.squash, ids.gitea, nowhere, 'main', '--all'].flatMap((id) => id ?? []);
    expect(await history.upTo([ids.squash ?? ''], all)).toEqual(new Set([ids.first, ids.branch, ids.squash]));
    expect(await history.upTo([ids.squash ?? '', nowhere], [nowhere])).toEqual(new Set());
    expect(await history.upTo([nowhere], all)).toEqual(new Set());
    expect(await history.upTo([ids.first ?? '', ids.branch ?? ''], all)).toEqual(new Set([ids.first, ids.branch]));
    expect(await history.present(all)).toEqual(new Set([ids.first, ids.branch, ids.squash, ids.gitea]));
    const tree = (id: string | undefined) => repository.git(['rev-parse', `${id}^{tree}`]);
    expect(await history.trees([ids.first ?? '', ids.merge ?? '', nowhere])).toEqual(
      new Map([
        [ids.first, { before: null, after: tree(ids.first) }],
        [ids.merge, { before: tree(ids.first), after: tree(ids.merge) }],
      ]),
    );
    expect(await history.newestOf([nowhere])).toEqual([]);
    expect(await history.newestOf([ids.first ?? '', ids.gitea ?? '', ids.squash ?? ''])).toEqual([ids.gitea]);
    expect(await history.tagsFrom(ids.first ?? '')).toEqual(['v1.0.0']);
    expect(await history.tagsFrom(ids.merge ?? '')).toEqual([]);
  });

  test('is what origin says, or a usual name, or what is checked out', async () => {
    const clone = `${temporaryDirectory()}/clone`;
    repository.git(['branch', 'trunk', ids.squash ?? '']);
    repository.git(['clone', '--quiet', repository.directory, clone]);
    const git = (...args: readonly string[]) => repository.git(['-C', clone, ...args]);
    git('update-ref', 'refs/heads/main', ids.merge ?? '');
    const cloned = await openAt(clone);
    // Its own, and what was last seen in origin.
    expect(await cloned.branch()).toEqual({ name: 'main', tips: [ids.merge, ids.gitea] });
    expect(idsIn(await cloned.pullRequest(await cloned.branch(), 345))).toEqual([ids.gitea]);
    git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk');
    expect(await cloned.branch()).toEqual({ name: 'trunk', tips: [ids.squash] });
    expect((await cloned.branch('main')).name).toBe('main');
    await expect(cloned.branch('nothing')).rejects.toThrow('source-ref-unknown');
  });
});

test('commits that are not told are counted', async () => {
  const repository = createRepository(temporaryDirectory());
  const all = 2005;
  const lines = Array.from({ length: all }, (_, index) => {
    const message = `change ${index}`;
    return `commit refs/heads/main\nmark :${index + 1}\ncommitter T <t@example.com> ${1_700_000_000 + index} +0000\ndata ${message.length}\n${message}\n${index > 0 ? `from :${index}\n` : ''}\n`;
  });
  repository.git(['fast-import', '--quiet'], lines.join(''));
  const history = await openAt(repository.directory);
  const tip = repository.git(['rev-parse', 'main']);
  const way = await history.commitsSince(undefined, tip);
  expect([way.commits.length, way.leftOut]).toEqual([2000, 5]);
  expect(way.commits[0]?.subject).toBe(`change ${all - 1}`);
  expect(await history.commitsSince(repository.git(['rev-parse', 'main~2']), tip)).toMatchObject({ leftOut: 0 });
});
