import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { repositoryRoot } from '../examples/project.ts';
import { startGitea } from '../support/gitea-host.ts';
import { startGitHub } from '../support/github-host.ts';
import { canary } from '../support/opened-source-control.ts';
import { temporaryDirectory } from '../support/servers.ts';
import { keptPullRequest, type SourceControlHost } from '../support/source-control-host.ts';
import { workflowFile } from '../support/workflows.ts';
import { run } from './run.ts';

export type HostName = 'github' | 'gitea';

export const configurationOf = (name: HostName, url: string): string => `version: 1
project: invoices
source_control: { provider: ${name}, repository: acme/workflows, token: "\${env.HOST_TOKEN}", url: "${url}" }
environments: { development: { type: development } }
targets: { development: { environment: development, version: latest } }
`;

/** The example repository at its host: cloned, with a pull request that adds a workflow and changes the configuration. */
export const createTeam = async (
  name: HostName,
  proposed = (text: string): string => text,
  settled = (text: string): string => text,
) => {
  const host: SourceControlHost = name === 'github' ? await startGitHub() : await startGitea();
  onTestFinished(async () => {
    await host[Symbol.asyncDispose]();
    expect(host.violations).toEqual([]);
  });
  host.users.set(canary, { login: 'M3forge-Bot', isBot: false });
  const [parent, directory] = [temporaryDirectory(), join(temporaryDirectory(), 'clone')];
  const git = (cwd: string, ...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', '-C', cwd, ...args], {
      stdio: 'pipe',
    })
      .toString()
      .trim();
  const origin = join(parent, 'origin');
  git(parent, 'clone', '--quiet', join(repositoryRoot, 'examples/quickstart/invoices.bundle'), origin);
  const commit = (files: Readonly<Record<string, string>>, message: string): string => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(origin, path, '..'), { recursive: true });
      writeFileSync(join(origin, path), text);
    }
    git(origin, 'add', '.');
    git(origin, 'commit', '--quiet', '-m', message);
    return git(origin, 'rev-parse', 'HEAD');
  };
  const configuration = settled(configurationOf(name, host.url));
  const baseCommit = commit({ 'm3forge.yaml': configuration }, 'Release with m3forge');
  git(origin, 'checkout', '--quiet', '-b', 'receipts');
  const headCommit = commit(
    // Somebody has pasted the token of the host into a prompt, by mistake or not.
    {
      'workflows/receipts.json': workflowFile('receipts', ['read', `use ${canary}`]),
      'm3forge.yaml': proposed(configuration),
    },
    'Read receipts',
  );
  git(origin, 'checkout', '--quiet', 'main');
  git(parent, 'clone', '--quiet', origin, directory);
  // As somebody has it who looks at what is proposed.
  git(directory, 'checkout', '--quiet', 'receipts');
  const pullRequest = keptPullRequest({
    number: 12,
    headBranch: 'receipts',
    headCommit,
    baseCommit,
    title: '@everyone',
  });
  host.pullRequests.push(pullRequest);
  const m3forge = async (...args: readonly string[]) => {
    const env = { HOST_TOKEN: canary, PATH: process.env.PATH ?? '', CANARY: canary };
    const answer = await run(args, { cwd: directory, env });
    expect(answer.stdout + answer.stderr).not.toContain(canary);
    return answer;
  };
  const push = (files: Readonly<Record<string, string>>): void => {
    git(origin, 'checkout', '--quiet', 'receipts');
    pullRequest.headCommit = commit(files, 'More');
    git(directory, 'fetch', '--quiet', 'origin');
  };
  const moveBase = (): string => {
    const moved = commit({ 'README.md': 'More\n' }, 'Say more');
    git(directory, 'fetch', '--quiet', 'origin');
    return moved;
  };
  return { host, m3forge, directory, inClone: git.bind(null, directory), push, pullRequest, moveBase };
};
