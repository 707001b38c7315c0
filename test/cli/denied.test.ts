import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { describeCommands } from '../../engine/cli/index.ts';
import { repositoryRoot } from '../examples/project.ts';
import { temporaryDirectory } from '../support/servers.ts';
import { run } from './run.ts';

const configuration = `version: 1
project: invoices
source: { repository: invoices.bundle }
environments: { production: { type: production } }
targets: { production: { environment: production, version: latest } }
team: { alice: { role: admin } }
`;

/** What opens no session, and why nobody is asked: it has nothing but what whoever runs it has at hand anyway. */
const unguarded: Readonly<Record<string, string>> = {
  init: 'writes files of its own',
  fmt: 'writes the configuration, as an editor does',
  'ci github': 'writes a file of its own',
  'ci gitea': 'writes a file of its own',
  validate: 'reads files and Git',
  preview: 'reads Git; what the targets run is asked for as status asks',
  graph: 'reads the configuration',
  completion: 'prints a script',
  doctor: 'looks at why nothing else works',
  'env variables': 'reads the configuration',
  'gateway check': 'asks gateways with the tokens of whoever runs it',
  'pr list': 'asks the host with the token of whoever runs it; for change sets it is asked as changeset list asks',
  'pr show': 'asks the host with the token of whoever runs it',
  'pr checks': 'asks the host with the token of whoever runs it',
  'notify test': 'sends with the keys of whoever runs it',
  'notify preview': 'prints',
  'providers list': 'reads the configuration',
  'providers lock': 'writes a file',
  'providers test': 'runs a package of the project',
};

const commands = await describeCommands();
let project: string;

beforeAll(() => {
  project = temporaryDirectory();
  writeFileSync(join(project, 'm3forge.yaml'), configuration);
  cpSync(join(repositoryRoot, 'examples/quickstart/invoices.bundle'), join(project, 'invoices.bundle'));
});

const wordsOf = (line: string): readonly string[] =>
  (line.replace(/ > \S+$/, '').match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []).map((word) =>
    word.replaceAll(/['"]/g, ''),
  );

test('each command that asks nobody is one that there is', () => {
  const paths = new Set(commands.map(({ path }) => path));
  expect(Object.keys(unguarded).filter((path) => !paths.has(path))).toEqual([]);
});

test.each(commands.filter(({ path }) => !(path in unguarded)).map((command) => [command.path, command] as const))(
  'm3forge %s lets nobody do anything whom the team does not name',
  async (_, { examples }) => {
    // A saved plan is read, and shown, without anything else.
    const first = examples.find(([, line]) => !line.includes('show plan.json'));
    const words = wordsOf(first?.[1] ?? '').slice(1);
    const as = words.includes('--as') ? [] : ['--as', 'mallory'];
    const { exitCode, stderr, stdout } = await run([...words, ...as], { cwd: project });
    expect(stderr + stdout).toContain('role-denied');
    expect(exitCode).toBe(6);
  },
);
