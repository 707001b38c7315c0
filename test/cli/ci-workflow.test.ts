import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../engine/config/index.ts';
import { outlookOf, previewedTargets } from '../../engine/preview/index.ts';
import { testSystem } from '../http/loopback.ts';
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
  staging: { environment: staging, version: latest, triggers: { version_pattern: "v*.*.*" } }
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

/** What is chosen in the place of a target where nothing is to be released. */
const none = '(no release, only previews)';

interface Dispatch {
  readonly inputs: { readonly target: { readonly options: readonly string[] } };
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
    const { preview, apply, release, 'preview-open': open } = workflow.jobs;
    expect(workflow.on).toMatchObject({
      pull_request: { types: ['opened', 'reopened', 'synchronize', 'edited'] },
      push: { branches: ['main'], tags: ['v*.*.*'] },
      workflow_dispatch: {
        inputs: { target: { type: 'choice', default: none, options: [none, 'staging', 'production'] } },
      },
    });
    expect(workflow.permissions).toEqual({});
    // Gitea knows no right for statuses alone, and refuses them without the one to write.
    const forStatus = host === 'gitea' ? { code: 'write' } : { statuses: 'write' };
    expect(preview?.permissions).toEqual({ contents: 'read', 'pull-requests': 'write', ...forStatus });
    expect(open?.permissions).toEqual(preview?.permissions);
    expect(apply?.permissions).toEqual({ contents: 'read' });
    expect(release?.permissions).toEqual({ contents: 'read' });
    expect(preview?.concurrency).toMatchObject({ 'cancel-in-progress': true });
    expect(open?.concurrency).toEqual({ group: 'm3forge-preview-open', 'cancel-in-progress': true });
    expect(apply?.concurrency).toMatchObject({ 'cancel-in-progress': false });
    const used = Object.values(workflow.jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? []));
    expect(used).toHaveLength(2 * Object.keys(workflow.jobs).length);
    for (const one of used) expect(one).toMatch(/^(?:https:\/\/github\.com\/)?actions\/[a-z-]+@[0-9a-f]{40}$/);
    for (const one of [preview, open]) {
      expect(JSON.stringify(one).replace(`secrets.${token}`, '')).not.toContain('secrets.');
    }
    // The two kinds of push are for one of them each.
    expect([open?.if, apply?.if].map((text = '') => /'refs\/\w+\/'/.exec(text)?.[0])).toEqual([
      "'refs/heads/'",
      "'refs/tags/'",
    ]);
    // What is tagged may be any commit: the configuration and the programs of a release are those of the main branch.
    for (const job of [apply, release]) {
      expect(job?.steps[0]?.with).toEqual({
        ...{ ref: 'refs/heads/main', 'fetch-depth': 0, 'persist-credentials': false },
      });
    }
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

There will be no preview before \`source_control\` of the configuration says where the pull requests are.
A new tag is released by itself to staging.
By hand, with "Run workflow", to one of: staging, production.
These secrets have to be set at the repository, for releases alone:

    EU_URL
    GATEWAY_TOKEN_EU_1
    M3FORGE_STATE_URL
    PRODUCTION_URL
    STAGING_URL
`);
    const { jobs } = parse(readFileSync(join(root, file), 'utf8')) as Workflow;
    for (const job of [jobs.apply, jobs.release]) {
      const told = job?.steps.map(({ env }) => env?.PRODUCTION_URL);
      expect(told).toEqual([undefined, undefined, undefined, filled('secrets.PRODUCTION_URL')]);
      expect(job?.env).toBeUndefined();
    }
    expect(jobs.apply?.steps.at(-1)?.run).toContain('m3forge worker --once --target staging ||');
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

/** The targets that a job of a file releases to by itself. */
const triggeredIn = ({ jobs }: Workflow): readonly string[] =>
  [...(jobs.apply?.steps.at(-1)?.run?.matchAll(/--target (\S+)/g) ?? [])].map(([, name = '']) => name);

test('a tag starts what the preview says that it starts, and nothing else', async () => {
  const targets = `  tagged: { environment: staging, version: latest, triggers: {} }
  asked: { environment: staging, version: latest, triggers: {}, approvals: { min_approvals: 1 } }
  off: { environment: staging, version: latest, triggers: { on_version_tag: false } }
  follower: { environment: staging, version: { from: tagged } }
  closed: { environment: closed, version: latest, triggers: {} }
  urgent: { environment: staging, version: latest, type: emergency }
`;
  const { root } = projectWith(
    configuration.replace('environments:\n', 'environments:\n  closed: { type: staging, enabled: false }\n') + targets,
  );
  const workflow = parse((await ci(root, 'github', '--print')).stdout) as Workflow;
  const config = await loadConfig({ ...testSystem(), cwd: () => root }, {});
  if (!config.ok) throw new Error(config.diagnostics.map(({ detail }) => detail).join('\n'));
  const next = { base: 'v1.0.0', name: 'v1.1.0', bump: 'minor' as const, evidence: [] };
  const reasons = previewedTargets(config.value).map((target) => {
    const { reason } = outlookOf(target, next, { tags: [], running: undefined });
    return [target.name, reason] as const;
  });
  const startedBy = (words: string): readonly string[] =>
    reasons.flatMap(([name, reason]) => (reason.includes(words) ? [name] : []));
  expect(triggeredIn(workflow)).toEqual(startedBy('by itself, once it is tagged'));
  expect(triggeredIn(workflow)).toEqual(['staging', 'tagged', 'asked']);
  const { options } = (workflow.on.workflow_dispatch as Dispatch).inputs.target;
  expect(options).toEqual(expect.arrayContaining([...startedBy('when somebody applies it')]));
  expect(options).toEqual([none, 'staging', 'production', 'tagged', 'asked', 'off', 'follower']);
});

test('without triggers no tag releases anything, and somebody chooses the target', async () => {
  const { root } = projectWith(configuration.replace(/, triggers: \{[^}]*\}/, ''));
  const { stdout } = await ci(root, 'gitea');
  expect(stdout).toContain('No enabled target has triggers that release a new tag to it.');
  const workflow = parse(readFileSync(join(root, '.gitea/workflows/m3forge.yml'), 'utf8')) as Workflow;
  expect(Object.keys(workflow.jobs)).toEqual(['preview', 'preview-open', 'release']);
  expect(workflow.on.push).toEqual({ branches: ['main'] });
  const release = workflow.jobs.release;
  const asked = "github.event_name == 'workflow_dispatch' && github.ref == 'refs/heads/main'";
  expect(release?.if).toBe(`${asked} && github.event.inputs.target != '${none}'`);
  // Each order by hand is for one of the two.
  expect(workflow.jobs['preview-open']?.if).toBe(
    `(github.event_name == 'push' && startsWith(github.ref, 'refs/heads/')) || (${asked} && github.event.inputs.target == '${none}')`,
  );
  expect(release?.steps.at(-1)).toMatchObject({
    env: { CHOSEN_TARGET: filled('github.event.inputs.target') },
    run: expect.stringContaining('m3forge apply --target="$CHOSEN_TARGET" --yes ||'),
  });
});

test.each([
  [0, 0],
  [7, 0],
  [6, 6],
  [8, 8],
])('the command of a release that ends with %i ends its step with %i or another failure', async (code, expected) => {
  const { root } = projectWith();
  const { jobs } = parse((await ci(root, 'github', '--print')).stdout) as Workflow;
  const bin = temporaryDirectory();
  writeFileSync(join(bin, 'npx'), `#!/bin/sh\necho "$@"\nexit ${code}\n`, { mode: 0o755 });
  for (const job of [jobs.apply, jobs.release]) {
    const env = { PATH: `${bin}:${process.env.PATH}`, CHOSEN_TARGET: 'x; touch owned' };
    // As runners call it.
    const step = spawnSync('bash', ['-e', '-c', job?.steps.at(-1)?.run ?? 'exit 99'], { cwd: root, env });
    expect(step.status === 0).toBe(expected === 0);
    expect(step.stdout.toString()).toMatch(
      /^--no-install m3forge (?:worker --once|apply --target=x; touch owned --yes)/,
    );
  }
  expect(existsSync(join(root, 'owned'))).toBe(false);
});

test('without a target that anything is released to there are previews alone', async () => {
  const { root } = projectWith(configuration.replaceAll('version: latest', 'version: latest, enabled: false'));
  const { stdout } = await ci(root, 'github');
  expect(stdout).toContain('No enabled target has triggers that release a new tag to it.');
  const workflow = parse(readFileSync(join(root, '.github/workflows/m3forge.yml'), 'utf8')) as Workflow;
  expect(Object.keys(workflow.jobs)).toEqual(['preview', 'preview-open', 'queued']);
  expect(workflow.on.push).toEqual({ branches: ['main'] });
  // Previews can be asked for without a choice.
  expect(workflow.on).toHaveProperty('workflow_dispatch', null);
  expect(workflow.jobs['preview-open']?.if).toMatch(
    / \|\| \([^()]*'workflow_dispatch' && github\.ref == 'refs\/heads\/main'\)$/,
  );
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
