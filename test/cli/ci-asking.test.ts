import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { temporaryDirectory } from '../support/servers.ts';
import { run } from './run.ts';

/** A project whose jobs preview and release, with where its pull requests are. */
const projectWith = (sourceControl: string): string => {
  const root = temporaryDirectory();
  execFileSync('git', ['init', '--quiet', root]);
  const text = `version: 1
project: invoices
source: { repository: . }
${sourceControl}
environments:
  staging: { type: staging }
targets:
  staging: { environment: staging, version: latest, triggers: {} }
`;
  writeFileSync(join(root, 'm3forge.yaml'), text);
  return root;
};

const ci = async (cwd: string, ...args: readonly string[]) => run(['ci', ...args], { cwd });

/** What the runner fills in. */
const filled = (expression: string): string => `\${{ ${expression} }}`;

interface Workflow {
  readonly jobs: Readonly<
    Record<string, { readonly steps: readonly { readonly env?: Readonly<Record<string, string>> }[] }>
  >;
}

const github = `source_control: { provider: github, repository: a/b, url: "\${env.FORGE_URL}", token: "\${env.FORGE_TOKEN}" }`;
const gitea = github.replace('github', 'gitea');

test.each([
  ['github', github, { FORGE_TOKEN: filled('github.token'), FORGE_URL: filled('github.api_url') }],
  ['gitea', gitea, { FORGE_TOKEN: filled('secrets.GITEA_TOKEN'), FORGE_URL: filled('vars.FORGE_URL') }],
])('whatever the configuration calls the token of %s, its jobs have it', async (host, written, expected) => {
  const root = projectWith(written);
  const { jobs } = parse((await ci(root, host, '--print')).stdout) as Workflow;
  for (const job of Object.values(jobs)) expect(job.steps.at(-1)?.env).toMatchObject(expected);
  const { stdout } = await ci(root, host);
  expect(stdout).toContain('Commit it, and the next pull request has a preview.');
  expect(stdout).not.toContain('    FORGE_TOKEN');
  expect(
    stdout.includes('These variables have to be set at the repository; they are no secrets:\n\n    FORGE_URL'),
  ).toBe(host === 'gitea');
});

test('part of an address is a variable of the repository, which the runner does not know', async () => {
  const written = github.replace(`"\${env.FORGE_URL}"`, `"https://\${env.FORGE_HOST}/api/v3"`);
  const root = projectWith(written);
  const { jobs } = parse((await ci(root, 'github', '--print')).stdout) as Workflow;
  expect(jobs.preview?.steps.at(-1)?.env).toMatchObject({ FORGE_HOST: filled('vars.FORGE_HOST') });
});

test('the token of a job is given to no host of another kind', async () => {
  const root = projectWith(gitea);
  const { jobs } = parse((await ci(root, 'github', '--print')).stdout) as Workflow;
  expect(jobs.preview?.steps.at(-1)?.env?.FORGE_TOKEN).toBeUndefined();
  expect(jobs.release?.steps.at(-1)?.env?.FORGE_TOKEN).toBe(filled('secrets.FORGE_TOKEN'));
  expect((await ci(root, 'github')).stdout).toContain('names a host of another kind');
});

test('a name that the host keeps to itself is told before somebody tries to set it', async () => {
  const root = projectWith(gitea.replace('FORGE_URL', 'GITEA_URL'));
  const kept =
    'The host keeps names like these to itself: call them something else in the configuration:\n\n    GITEA_URL\n';
  expect((await ci(root, 'gitea')).stdout).toContain(kept);
});
