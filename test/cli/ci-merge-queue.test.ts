import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { temporaryDirectory } from '../support/servers.ts';
import { run } from './run.ts';

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly if: string;
        readonly permissions: unknown;
        readonly concurrency?: unknown;
        readonly env?: Readonly<Record<string, string>>;
        readonly steps: readonly { readonly with?: unknown; readonly run?: string }[];
      }
    >
  >;
}

const configuration = `version: 1
project: invoices
source: { repository: . }
environments: { staging: { type: staging } }
targets: { staging: { environment: staging, version: latest } }
`;

const workflowOf = async (host: string): Promise<Workflow> => {
  const root = temporaryDirectory();
  execFileSync('git', ['init', '--quiet', root]);
  writeFileSync(join(root, 'm3forge.yaml'), configuration);
  return parse((await run(['ci', host, '--print'], { cwd: root })).stdout) as Workflow;
};

test('what a merge queue of GitHub is about to merge has its status, and Gitea has no such queue', async () => {
  const [github, gitea] = [await workflowOf('github'), await workflowOf('gitea')];
  expect([github, gitea].map(({ on, jobs }) => ['merge_group' in on, 'queued' in jobs])).toEqual([
    [true, true],
    [false, false],
  ]);
  const { if: condition, permissions, env, steps = [] } = github.jobs.queued ?? {};
  expect(condition).toBe("github.event_name == 'merge_group'");
  for (const [name, { concurrency }] of Object.entries(github.jobs)) expect(concurrency, name).toBeDefined();
  expect(permissions).toEqual({ contents: 'read', statuses: 'write' });
  // What is queued is only read: the working tree, its configuration and its programs are those of the branch.
  const ref = `\${{ github.event.merge_group.base_ref }}`;
  expect(steps[0]?.with).toEqual({ ref, 'fetch-depth': 0 });
  expect(steps.at(-1)?.run).toContain('preview --base "$BASE" --head "$QUEUED" --set-status');
  // Which branch is the main one the host says: a checkout may have a `main` that is not.
  expect(env?.INTO).toContain("!= format('refs/heads/{0}', github.event.repository.default_branch)");
  for (const [into, words] of [
    ['', []],
    ['refs/heads/a b', ['--into', 'refs/heads/a b']],
  ] as const) {
    const [expansion = ''] = /\$\{INTO:\+[^}]*\}/.exec(steps.at(-1)?.run ?? '') ?? [];
    const said = execFileSync('bash', ['-c', `printf '%s\\n' x ${expansion}`], { env: { INTO: into } }).toString();
    expect(said.trim().split('\n').slice(1)).toEqual(words);
  }
});
