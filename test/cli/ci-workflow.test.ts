import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { temporaryDirectory } from '../support/servers.ts';
import { run } from './run.ts';

const configuration = `version: 1
project: invoices
source: { repository: ., version_pattern: "v*.*.*" }
state: { database: "\${env.M3FORGE_STATE_URL}" }
gateways:
  eu-1: { url: "\${env.EU_URL}" }
environments:
  staging: { type: staging, database: { url: "\${env.STAGING_URL}" } }
  production: { type: production, database: { url: "\${PRODUCTION_URL}" } }
targets:
  staging: { environment: staging, version: latest }
  production: { environment: production, version: latest, gateways: [eu-1] }
  nightly: { environment: staging, version: latest, type: scheduled, schedule: { cron: "0 3 * * *" } }
  archive: { environment: staging, version: v1.0.0, enabled: false }
`;

/** What the runner fills in. */
const filled = (expression: string): string => `\${{ ${expression} }}`;

const projectWith = (text = configuration, folder = ''): { readonly root: string; readonly cwd: string } => {
  const root = temporaryDirectory();
  execFileSync('git', ['init', '--quiet', root]);
  const cwd = join(root, folder);
  mkdirSync(cwd, { recursive: true });
  writeFileSync(join(cwd, 'm3forge.yaml'), text);
  return { root, cwd };
};

const ci = async (cwd: string, ...args: readonly string[]) => run(['ci', ...args], { cwd });

interface Job {
  readonly if: string;
  readonly permissions: unknown;
  readonly concurrency: unknown;
  readonly env?: unknown;
  readonly steps: readonly {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: unknown;
    readonly env?: Readonly<Record<string, string>>;
  }[];
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly defaults?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

describe.each([
  ['github', '.github/workflows/m3forge.yml', 'GITHUB_TOKEN'],
  ['gitea', '.gitea/workflows/m3forge.yml', 'GITEA_TOKEN'],
])('m3forge ci %s', (host, file, token) => {
  test('prints the file, and writes nothing', async () => {
    const { root } = projectWith();
    const { stdout, stderr, exitCode } = await ci(root, host, '--print');
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(() => readFileSync(join(root, file))).toThrow();
    await expect(stdout).toMatchFileSnapshot(join(import.meta.dirname, `golden/ci-${host}.yml`));
  });

  test('writes it, with the least rights, each action by its commit, and no secret where a pull request runs', async () => {
    const { root } = projectWith();
    expect((await ci(root, host)).exitCode).toBe(0);
    const workflow = parse(readFileSync(join(root, file), 'utf8')) as Workflow;
    const { preview, apply, 'preview-open': open } = workflow.jobs;
    expect(workflow.on).toEqual({
      pull_request: { types: ['opened', 'reopened', 'synchronize', 'edited'] },
      push: { branches: ['main'], tags: ['v*.*.*'] },
    });
    expect(workflow.permissions).toEqual({});
    expect(preview?.permissions).toEqual({ contents: 'read', 'pull-requests': 'write', statuses: 'write' });
    expect(open?.permissions).toEqual(preview?.permissions);
    expect(apply?.permissions).toEqual({ contents: 'read' });
    expect(preview?.concurrency).toMatchObject({ 'cancel-in-progress': true });
    expect(open?.concurrency).toEqual({ group: 'm3forge-preview-open', 'cancel-in-progress': true });
    expect(apply?.concurrency).toMatchObject({ 'cancel-in-progress': false });
    const used = Object.values(workflow.jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? []));
    expect(used).toHaveLength(6);
    for (const one of used) expect(one).toMatch(/^(?:https:\/\/github\.com\/)?actions\/[a-z-]+@[0-9a-f]{40}$/);
    for (const one of [preview, open]) {
      expect(JSON.stringify(one).replace(`secrets.${token}`, '')).not.toContain('secrets.');
    }
    // The two kinds of push are for one of them each.
    expect([open?.if, apply?.if].map((text = '') => /'refs\/\w+\/'/.exec(text)?.[0])).toEqual([
      "'refs/heads/'",
      "'refs/tags/'",
    ]);
    // The working tree of a preview is the base.
    expect(preview?.steps[0]?.with).toMatchObject({ ref: filled('github.event.pull_request.base.sha') });
  });

  test('no text of a pull request becomes part of a script', async () => {
    const { stdout } = await ci(projectWith().root, host, '--print');
    const { jobs } = parse(stdout) as Workflow;
    for (const { steps } of Object.values(jobs)) {
      for (const { run: script = '' } of steps) expect(script).not.toContain(filled('').slice(0, 3));
    }
  });

  test('says what has to be set, and releases to the targets that a tag is for', async () => {
    const { root } = projectWith();
    const { stdout } = await ci(root, host);
    expect(stdout).toBe(`Written: ${file}

Commit it, and the next pull request has a preview.
A tag is released to staging, production.
These secrets have to be set at the repository, for releases alone:

    EU_URL
    GATEWAY_TOKEN_EU_1
    M3FORGE_STATE_URL
    PRODUCTION_URL
    STAGING_URL
`);
    const { jobs } = parse(readFileSync(join(root, file), 'utf8')) as Workflow;
    const told = jobs.apply?.steps.map(({ env }) => env?.PRODUCTION_URL);
    expect(told).toEqual([undefined, undefined, undefined, ...Array(2).fill(filled('secrets.PRODUCTION_URL'))]);
    expect(jobs.apply?.env).toBeUndefined();
    const scripts = jobs.apply?.steps.flatMap(({ run: script }) => script ?? []).join('\n');
    expect(scripts?.match(/--target \S+/g)).toEqual(['--target staging', '--target production']);
  });

  test('leaves another file alone without --force, and itself as it is', async () => {
    const { root } = projectWith();
    await ci(root, host);
    expect((await ci(root, host)).stdout).toContain('Unchanged: ');
    writeFileSync(join(root, file), 'name: mine\n');
    const refused = await ci(root, host);
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.stderr).toContain('[ci-exists]');
    expect(readFileSync(join(root, file), 'utf8')).toBe('name: mine\n');
    expect((await ci(root, host, '--force')).stdout).toContain('Replaced: ');
    expect(readFileSync(join(root, file), 'utf8')).toContain('jobs:');
  });
});

test('a project in a folder of its repository works there, and its file lies at the top', async () => {
  const { root, cwd } = projectWith(configuration, 'flows/my "own"');
  const { stdout } = await ci(cwd, 'github');
  expect(stdout).toContain('Written: ../../.github/workflows/m3forge.yml');
  const workflow = parse(readFileSync(join(root, '.github/workflows/m3forge.yml'), 'utf8')) as Workflow;
  expect(workflow.defaults).toEqual({ run: { 'working-directory': 'flows/my "own"' } });
});

test('without a target that a tag is for there are previews alone', async () => {
  const { root } = projectWith(configuration.replaceAll('version: latest', 'version: latest, enabled: false'));
  const { stdout } = await ci(root, 'github');
  expect(stdout).toContain('No enabled target is released to when a version is tagged.');
  const workflow = parse(readFileSync(join(root, '.github/workflows/m3forge.yml'), 'utf8')) as Workflow;
  expect(Object.keys(workflow.jobs)).toEqual(['preview', 'preview-open']);
  expect(workflow.on.push).toEqual({ branches: ['main'] });
});

test('the branch that pull requests are merged into is the main one of the repository, by its name', async () => {
  const { root, cwd } = projectWith();
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', '-C', root, ...args], {
      stdio: 'pipe',
    });
  git('checkout', '--quiet', '-b', 'trunk');
  git('commit', '--quiet', '--allow-empty', '-m', 'First');
  git('update-ref', 'refs/remotes/origin/trunk', 'HEAD');
  git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk');
  git('checkout', '--quiet', '-b', 'topic');
  const workflow = parse((await ci(cwd, 'github', '--print')).stdout) as Workflow;
  expect(workflow.on.push).toEqual({ branches: ['trunk'], tags: ['v*.*.*'] });
  // What runners check out says nothing of it.
  for (const job of ['preview', 'preview-open']) {
    expect(workflow.jobs[job]?.steps.at(-1)).toMatchObject({
      env: { BASE: 'origin/trunk' },
      run: expect.stringContaining('--base "$BASE"'),
    });
  }
});

test('where the host is told of releases, a release may do that', async () => {
  const host = `source_control: { provider: github, repository: a/b, token: "\${env.GITHUB_TOKEN}", deployments: true }`;
  const { root } = projectWith(`${configuration}${host}\n`);
  const { jobs } = parse((await ci(root, 'github', '--print')).stdout) as Workflow;
  expect(jobs.apply?.permissions).toEqual({ contents: 'read', deployments: 'write' });
  expect(jobs.apply?.steps.at(-1)?.env).toMatchObject({ GITHUB_TOKEN: filled('github.token') });
});

test('an embedded database is warned of in the file, where a runner would forget it', async () => {
  const { root } = projectWith(configuration.replace(/"[^"]*STAGING_URL\}"/, 'embedded'));
  expect((await ci(root, 'github', '--print')).stdout).toContain(
    '# The runner forgets what is in an embedded database',
  );
  expect((await ci(projectWith().root, 'github', '--print')).stdout).not.toContain('forgets');
});

test('it needs a configuration, and a folder that it may write in', async () => {
  expect((await ci(temporaryDirectory(), 'github')).stderr).toContain('[config-not-found]');
  expect((await ci(projectWith().root, 'github', '--print', '--force')).exitCode).toBe(1);
  const { root } = projectWith();
  writeFileSync(join(root, '.github'), '');
  const { exitCode, stderr } = await ci(root, 'github');
  expect({ exitCode, said: stderr.includes('[output-unwritable]') }).toEqual({ exitCode: 1, said: true });
});
