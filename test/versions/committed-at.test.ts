import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Source } from '../../engine/versions/index.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { testSystem } from '../support/servers.ts';
import { openRepository, parent } from './sources.ts';

/** Commits of test repositories are made at this time. */
const made = new Date('2026-01-01T00:00:00Z');
const nowhere = '0123456789012345678901234567890123456789';

let repository: TestRepository;
let commits: readonly string[];
let count = 0;

beforeEach(() => {
  count += 1;
  repository = createRepository(parent, `committed-${count}`);
  commits = ['1', '2', '3'].map((text) => repository.commit({ 'a.json': text }, `v1.${text}.0`));
});

const bundled = (): string => {
  const bundle = join(parent, `committed-${count}.bundle`);
  repository.git(['bundle', 'create', '--quiet', bundle, '--all']);
  return bundle;
};

const kinds: readonly (readonly [string, () => Promise<Source>])[] = [
  ['a repository here', () => openRepository(repository)],
  ['a bundle', () => openRepository(repository, { repository: bundled() })],
  // Its copy has no history.
  ['a repository elsewhere', () => openRepository(repository, { repository: `file://${repository.directory}` })],
];

describe.each(kinds)('%s', (_, open) => {
  it('says when commits were made, and leaves out those that it does not have', async () => {
    const known = await (await open()).committedAt([...commits, nowhere, ...commits]);
    expect(known).toEqual(new Map(commits.map((commit) => [commit, made])));
  });

  it('is not asked where nothing is wanted', async () => {
    const source = await open();
    expect(await source.committedAt([])).toEqual(new Map());
  });

  it('takes nothing but whole ids: no name, no option, nothing else that lies there', async () => {
    const tree = repository.git(['rev-parse', 'main^{tree}']);
    const source = await open();
    expect(
      await source.committedAt(['main', 'v1.1.0', '--all', `^${commits[0]}`, `${commits[0]}\n--all`, tree]),
    ).toEqual(new Map());
  });
});

it('tells the time of the committer, wherever it was, and not that of the author', async () => {
  const [commit = ''] = commits;
  const raw = repository.git(['cat-file', 'commit', commit]);
  const other = raw.replace(/^(committer .*) \d+ \+0000$/m, '$1 1767400000 +0530');
  const id = repository.git(['hash-object', '-t', 'commit', '-w', '--stdin'], `${other}\n`);
  expect(await (await openRepository(repository)).committedAt([id])).toEqual(
    new Map([[id, new Date(1_767_400_000_000)]]),
  );
});

it('starts one process, however many commits there are', async () => {
  const { processes, ...system } = testSystem();
  const started: string[] = [];
  const run: typeof processes.run = (program, args, options) => {
    started.push(args.join(' '));
    return processes.run(program, args, options);
  };
  const source = await openRepository(repository, {}, { ...system, processes: { ...processes, run } });
  started.length = 0;
  const many = Array.from({ length: 20_000 }, (_, index) => index.toString(16).padStart(40, '0'));
  expect((await source.committedAt([...many, ...commits])).size).toBe(3);
  expect(started).toHaveLength(1);
});

it('starts no program that the settings of the repository name', async () => {
  const witness = join(parent, `witness-${count}`);
  const program = join(parent, `program-${count}`);
  writeFileSync(program, `#!/bin/sh\ntouch '${witness}'\n`, { mode: 0o755 });
  const [commit = ''] = commits;
  const raw = repository.git(['cat-file', 'commit', commit]);
  const signature = 'gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n';
  const signed = repository.git(
    ['hash-object', '-t', 'commit', '-w', '--stdin'],
    raw.replace('\n\n', `\n${signature}`),
  );
  repository.git(['config', 'log.showSignature', 'true']);
  repository.git(['config', 'gpg.program', program]);
  expect((await (await openRepository(repository)).committedAt([signed])).size).toBe(1);
  expect(existsSync(witness)).toBe(false);
  // With another command of Git it would have been started.
  repository.git(['log', '-1', signed]);
  expect(existsSync(witness)).toBe(true);
});
