import { describe, expect, test } from 'vitest';
import { declarationsOf } from '../../engine/config/index.ts';
import { createAffects } from '../../engine/plan/affects.ts';
import { codes, load, loaded } from './project.ts';

const withHost = (entry: string): string => `version: 1
project: x
source_control: ${entry}
`;

const token = `token: "\${env.GITHUB_TOKEN}"`;
const github = `{ provider: github, repository: acme/workflows, ${token} }`;
const gitea = `{ provider: gitea, repository: acme/workflows, url: "https://git.example.com/api/v1" }`;

test('two hosts are known; a token and an address are kept as they are written', async () => {
  const { sourceControl } = await loaded(withHost(github));
  expect(sourceControl).toMatchObject({ provider: 'github', repository: 'acme/workflows' });
  expect(sourceControl?.token?.text).toBe(`\${env.GITHUB_TOKEN}`);
  expect(sourceControl?.url).toBeUndefined();
  expect((await loaded(withHost(gitea))).sourceControl?.url?.text).toBe('https://git.example.com/api/v1');
  expect((await loaded('version: 1\nproject: x\n')).sourceControl).toBeUndefined();
});

test('the host is declared, and who asks it is not', async () => {
  const declared = async (text: string) =>
    declarationsOf(await loaded(text)).filter(({ address }) => address === 'source_control');
  expect(await declared(withHost(github))).toEqual([
    { address: 'source_control', body: { provider: 'github', repository: 'acme/workflows' } },
  ]);
  const told = await declared(withHost(github.replace(' }', ', deployments: true }')));
  expect(told).toMatchObject([{ body: { deployments: true } }]);
  expect(await declared(withHost(gitea))).toMatchObject([{ body: { url: 'https://git.example.com/api/v1' } }]);
  expect(await declared('version: 1\nproject: x\n')).toEqual([]);
  const targets = 'environments: { e: { type: staging } }\ntargets: { t: { environment: e, version: latest } }\n';
  const all = declarationsOf(await loaded(withHost(github) + targets));
  expect(createAffects(all, all)('source_control')).toEqual([]);
  expect(createAffects(all, all)('source')).toEqual(['t']);
});

test.each([
  ['GitHub Enterprise', github.replace(' }', ', url: "https://github.example.com/api/v3" }')],
  ['a GitHub of its own name', github.replace(' }', ', url: "https://api.acme.ghe.com" }')],
  ['an address from a variable', gitea.replace('https://git.example.com/api/v1', `\${env.GITEA_URL}`)],
  ['Gitea below a path', gitea.replace('.com', '.com/git')],
  ['Gitea on this machine', gitea.replace('https://git.example.com', 'http://127.0.0.1:3000')],
  ['that releases are told', github.replace(' }', ', deployments: true }')],
  ['that none are', gitea.replace(' }', ', deployments: false }')],
  ['without a token', '{ provider: github, repository: acme/workflows }'],
])('%s is taken', async (_name, entry) => {
  expect(await codes(withHost(entry))).toEqual([]);
});

test.each<readonly [name: string, entry: string, expected: readonly string[]]>([
  ['no such host', github.replace('github', 'gitlab'), ['schema-not-one-of 3:29']],
  ['no repository', '{ provider: github }', ['schema-missing-key 3:1']],
  ['a repository that is a URL', github.replace('acme/', 'https://github.com/acme/'), ['config-source-control 3:49']],
  ['a repository without an owner', github.replace('acme/', ''), ['config-source-control 3:49']],
  ['a repository that leads elsewhere', github.replace('acme/workflows', '../x'), ['config-source-control 3:49']],
  ['a repository from a variable', github.replace('acme/workflows', `"\${env.X}"`), ['config-not-available 3:49']],
  ['a token that nobody resolves', github.replace('env.', 'var.'), ['config-expression 3:72']],
  ['Gitea without an address', '{ provider: gitea, repository: acme/workflows }', ['config-source-control 3:17']],
  ['Gitea without its path', gitea.replace('/api/v1', ''), ['config-source-control 3:69']],
  ['the pages of github.com', github.replace(' }', ', url: "https://github.com" }'), ['config-source-control 3:100']],
  ['deployments of Gitea', gitea.replace(' }', ', deployments: true }'), ['config-source-control 3:116']],
  [
    'deployments without a token',
    '{ provider: github, repository: acme/workflows, deployments: true }',
    ['config-source-control 3:78'],
  ],
  ['http', gitea.replace('https', 'http'), ['config-source-control 3:69']],
  ['a query', gitea.replace('v1"', 'v1?a=b"'), ['config-source-control 3:69']],
  ['no such key', github.replace(' }', ', branch: x }'), ['schema-unknown-key 3:95']],
])('%s is refused', async (_name, entry, expected) => {
  expect(await codes(withHost(entry))).toEqual(expected);
});

describe('a secret in the file', () => {
  test.each([
    github.replace(`\${env.GITHUB_TOKEN}`, 'ghp_hunter2hunter2hunter2'),
    gitea.replace('https://', 'https://bot:hunter2@'),
  ])('%s is refused, and not shown', async (entry) => {
    const said = JSON.stringify(await load(withHost(entry)));
    expect(said).toContain('in plain text');
    expect(said).not.toContain('hunter2');
  });
});
