import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { temporaryDirectory } from '../support/servers.ts';
import { run } from './run.ts';

const configuration = `version: 1
project: invoices
source: { repository: ., version_pattern: "v*.*.*" }
environments: { staging: { type: staging } }
targets: { staging: { environment: staging, version: latest, triggers: {} } }
`;

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly jobs: Readonly<
    Record<string, { readonly if: string; readonly steps: readonly { readonly with?: unknown }[] }>
  >;
}

test('the branch that pull requests are merged into is the main one of the repository, by its name', async () => {
  const root = temporaryDirectory();
  execFileSync('git', ['init', '--quiet', root]);
  writeFileSync(join(root, 'm3forge.yaml'), configuration);
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', '-C', root, ...args], {
      stdio: 'pipe',
    });
  git('checkout', '--quiet', '-b', 'trunk');
  git('commit', '--quiet', '--allow-empty', '-m', 'First');
  git('update-ref', 'refs/remotes/origin/trunk', 'HEAD');
  git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk');
  git('checkout', '--quiet', '-b', 'topic');
  const workflow = parse((await run(['ci', 'github', '--print'], { cwd: root })).stdout) as Workflow;
  expect(workflow.on.push).toEqual({ branches: ['trunk'], tags: ['v*.*.*'] });
  for (const job of ['apply', 'release']) {
    expect(workflow.jobs[job]?.steps[0]?.with).toMatchObject({ ref: 'refs/heads/trunk' });
  }
  // Whoever asks by hand asks there.
  for (const job of ['preview-open', 'release']) {
    expect(workflow.jobs[job]?.if).toContain("'workflow_dispatch' && github.ref == 'refs/heads/trunk'");
  }
  // What runners check out says nothing of it.
  for (const job of ['preview', 'preview-open']) {
    expect(workflow.jobs[job]?.steps.at(-1)).toMatchObject({
      env: { BASE: 'origin/trunk' },
      run: expect.stringContaining('--base "$BASE"'),
    });
  }
});
