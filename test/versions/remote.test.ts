import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { System } from '../../engine/system/index.ts';
import { openSource, type Source, type SourceOptions } from '../../engine/versions/index.ts';
import { type GitServer, serveRepositories, serveSilence } from '../support/git-server.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { temporaryDirectory, testSystem } from '../support/servers.ts';
import { codeOf, collect, selection } from './sources.ts';

/** Nothing of this machine's settings takes part: no proxy, no helper, no rewriting of addresses. */
const variables: Readonly<Record<string, string>> = { PATH: process.env.PATH ?? '', HOME: '/nonexistent' };
const system: System = testSystem({ env: (name) => variables[name], envNames: () => Object.keys(variables) });

/** Made once, and copied for each test. */
const template = (() => {
  const made = createRepository(temporaryDirectory());
  made.commit({ 'workflows/a.json': 'old', 'else.txt': 'x' }, 'v1.0.0');
  made.commit({ 'workflows/a.json': 'new', 'workflows/b.json': 'b' }, 'v1.1.0');
  return made.directory;
})();

let parent: string;
let repository: TestRepository;
let options: SourceOptions;

const open = (url: string, changes: Partial<SourceOptions> = {}): Promise<Source> =>
  openSource(system, { ...options, repository: url, ...changes });

const fileUrl = (): string => `file://${repository.directory}`;

/** The names of the versions and what the artifacts of the newest hold. */
const read = async (source: Source): Promise<readonly [readonly string[], readonly string[]]> => {
  const tags = await source.tags();
  const entries = await source.listTree(tags.at(-1)?.treeId ?? '', selection);
  const blobs = await collect(source.readBlobs(entries));
  return [tags.map(({ version }) => version.name), blobs.map(({ path, bytes }) => `${path}=${bytes.toString('utf8')}`)];
};

const mirrorDirectory = (): string => {
  const [home = ''] = readdirSync(options.cacheDirectory);
  return join(options.cacheDirectory, home, 'mirror.git');
};

beforeEach(() => {
  parent = temporaryDirectory();
  cpSync(template, join(parent, 'repository'), { recursive: true });
  repository = createRepository(parent);
  options = {
    repository: '.',
    directory: parent,
    cacheDirectory: join(parent, 'cache'),
    versionPattern: 'v*.*.*',
    includePrerelease: false,
    patience: { answerMs: 20_000, contentMs: 20_000, lockMs: 20_000 },
  };
});

const all = [
  ['v1.0.0', 'v1.1.0'],
  ['workflows/a.json=new', 'workflows/b.json=b'],
] as const;

describe('a repository elsewhere', () => {
  it('is read through a copy, which follows what is tagged, moved and deleted there', async () => {
    expect(await read(await open(fileUrl()))).toEqual(all);
    repository.commit({ 'workflows/a.json': 'third' }, 'v1.2.0');
    repository.git(['tag', '-d', 'v1.0.0']);
    expect(await read(await open(fileUrl()))).toEqual([['v1.1.0', 'v1.2.0'], ['workflows/a.json=third']]);
    expect((await (await open(fileUrl())).revision('main')).commit).toBe(repository.git(['rev-parse', 'main']));
  });

  it('is copied without history and without what nobody reads, where the host can do that', async () => {
    repository.git(['config', 'uploadpack.allowFilter', 'true']);
    const old = repository.git(['rev-parse', 'v1.0.0']);
    repository.git(['tag', '-d', 'v1.0.0']);
    const source = await open(fileUrl());
    expect(await read(source)).toEqual([['v1.1.0'], all[1]]);
    const objects = (): readonly string[] =>
      repository.git(['--git-dir', mirrorDirectory(), 'cat-file', '--batch-all-objects', '--batch-check']).split('\n');
    // One commit, its two trees, and the two files that were read.
    expect(
      objects()
        .map((line) => line.split(' ')[1])
        .sort(),
    ).toEqual(['blob', 'blob', 'commit', 'tree', 'tree']);
    // What no tag leads to is fetched by its whole id.
    expect((await source.revision(old)).commit).toBe(old);
    expect(await codeOf(source.revision('0123456789012345678901234567890123456789'))).toBe('source-ref-unknown');
  });

  it('is copied whole where the host can only do that', async () => {
    repository.git(['config', 'uploadpack.allowFilter', 'false']);
    repository.git(['config', 'uploadpack.allowAnySHA1InWant', 'false']);
    expect(await read(await open(fileUrl()))).toEqual(all);
  });

  it('is copied with its files where the host hands none over by itself', async () => {
    repository.git(['config', 'uploadpack.allowFilter', 'true']);
    const settings = join(parent, 'gitconfig');
    writeFileSync(settings, '[protocol]\n\tversion = 0\n');
    const older = { ...variables, GIT_CONFIG_GLOBAL: settings };
    const other = testSystem({ env: (name) => older[name as never], envNames: () => Object.keys(older) });
    expect(await read(await openSource(other, { ...options, repository: fileUrl() }))).toEqual(all);
  });

  it.each([
    [
      'its objects are cut short',
      (mirror: string) => {
        const packs = join(mirror, 'objects', 'pack');
        for (const name of readdirSync(packs)) if (name.endsWith('.pack')) truncateSync(join(packs, name), 40);
      },
    ],
    ['it is a repository no more', (mirror: string) => rmSync(join(mirror, 'HEAD'))],
    ['a killed process left it locked', (mirror: string) => writeFileSync(join(mirror, 'shallow.lock'), '')],
    ['it is half there', (mirror: string) => rmSync(join(mirror, 'objects'), { recursive: true })],
  ])('whose copy is damaged is copied anew: %s', async (_, harm) => {
    await read(await open(fileUrl()));
    harm(mirrorDirectory());
    repository.commit({ 'workflows/a.json': 'third' }, 'v1.2.0');
    expect(await read(await open(fileUrl()))).toEqual([['v1.0.0', 'v1.1.0', 'v1.2.0'], ['workflows/a.json=third']]);
    expect(readdirSync(join(mirrorDirectory(), '..')).sort()).toEqual(['mirror.git', 'seen']);
  });

  it('is copied by one process at a time', async () => {
    const sources = await Promise.all([1, 2, 3, 4].map(() => open(fileUrl())));
    for (const source of sources) expect(await read(source)).toEqual(all);
  });

  it('that is not there any more is refused, whatever was seen before', async () => {
    await open(fileUrl());
    rmSync(repository.directory, { recursive: true });
    expect(await codeOf(open(fileUrl()))).toBe('source-missing');
  });
});

describe('over HTTP', () => {
  let server: GitServer;
  beforeEach(async () => {
    server = await serveRepositories(parent);
  });

  it('takes credentials from a helper of Git, and keeps them nowhere', async () => {
    const settings = join(parent, 'gitconfig');
    writeFileSync(settings, '[credential]\n\thelper = "!f() { echo username=me; echo password=canary; }; f"\n');
    const withHelper = { ...variables, GIT_CONFIG_GLOBAL: settings };
    const helped = testSystem({ env: (name) => withHelper[name as never], envNames: () => Object.keys(withHelper) });
    server.authorization = `Basic ${Buffer.from('me:canary').toString('base64')}`;
    const url = server.url('repository');
    expect(await codeOf(open(url))).toBe('source-access-denied');
    expect(await read(await openSource(helped, { ...options, repository: url }))).toEqual(all);
    expect(readFileSync(join(mirrorDirectory(), 'config'), 'utf8')).not.toContain('canary');
  });

  it('asks only what there is where nothing is new', async () => {
    expect(await read(await open(server.url('repository')))).toEqual(all);
    server.requests.length = 0;
    expect(await read(await open(server.url('repository')))).toEqual(all);
    expect(server.requests.filter((line) => line.includes('git-upload-pack'))).toHaveLength(2);
  });

  it('goes on with what was seen last where the host does not answer, and says so', async () => {
    const url = server.url('repository');
    await read(await open(url));
    await server.close();
    const source = await open(url);
    expect(source.warnings).toMatchObject([{ severity: 'warning', code: 'source-offline' }]);
    expect(source.warnings[0]?.detail).toMatch(/does not answer: .* It is read as it was at \d{4}-/);
    expect(await read(source)).toEqual(all);
    const known = repository.git(['rev-parse', 'main']);
    expect((await source.revision(known)).commit).toBe(known);
    // Whether the host has what was never seen here, nobody can say now.
    expect(await codeOf(source.revision('0123456789012345678901234567890123456789'))).toBe('source-object-missing');
  });

  it('says what it lacks where the host does not answer', async () => {
    repository.git(['config', 'uploadpack.allowFilter', 'true']);
    const url = server.url('repository');
    await open(url);
    await server.close();
    expect(await codeOf(open(url).then(read))).toBe('source-object-missing');
  });

  it.each([
    ['401', 'source-access-denied'],
    ['403', 'source-access-denied'],
    ['404', 'source-missing'],
    ['500', 'source-unreachable'],
  ])('an answer of %s is one diagnostic', async (status, code) => {
    server.instead = (_, response) => response.writeHead(Number(status), { 'www-authenticate': 'Basic' }).end('no');
    expect(await codeOf(open(server.url('repository')))).toBe(code);
  });

  it('a page in the place of a repository is one diagnostic', async () => {
    server.instead = (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
    expect(await codeOf(open(server.url('repository')))).toBe('source-missing');
  });
});

describe('a host that takes too long', () => {
  it('is waited for only so long', async () => {
    const url = `http://127.0.0.1:${await serveSilence()}/repository`;
    expect(await codeOf(open(url, { patience: { answerMs: 300, contentMs: 300, lockMs: 300 } }))).toBe(
      'source-unreachable',
    );
  });

  it('is waited for no longer once that is interrupted', async () => {
    const interruption = new AbortController();
    const url = `http://127.0.0.1:${await serveSilence(() => interruption.abort())}/repository`;
    const stopped = testSystem({ ...system, interrupted: interruption.signal });
    expect(await codeOf(openSource(stopped, { ...options, repository: url }))).toBe('release-interrupted');
  });

  it('hands the copy over from a process that died in the middle, and not from one that lives', async () => {
    await open(fileUrl());
    const home = join(mirrorDirectory(), '..');
    const { self } = system.processes;
    const holder = { id: 'other', host: self.host, since: 'now', command: 'reading' };
    writeFileSync(join(home, 'lock'), JSON.stringify({ ...holder, pid: 1, bootId: self.bootId }));
    expect(await codeOf(open(fileUrl(), { patience: { lockMs: 0 } }))).toBe('source-locked');
    writeFileSync(join(home, 'lock'), JSON.stringify({ ...holder, pid: 1, bootId: 'another boot' }));
    expect(await read(await open(fileUrl(), { patience: { lockMs: 0 } }))).toEqual(all);
  });
});
