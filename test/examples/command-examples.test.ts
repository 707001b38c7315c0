import { execFileSync } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeCommands } from '../../engine/cli/index.ts';
import { type Simulator, startSimulator } from '../../examples/gateway-simulator/simulator.ts';
import { run } from '../cli/run.ts';
import { startGitea } from '../support/gitea-host.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { knownKey, type S3Server, startS3Server } from '../support/s3-server.ts';
import { asAdministrator, freshDatabase, temporaryDirectory } from '../support/servers.ts';
import { keptPullRequest, type SourceControlHost } from '../support/source-control-host.ts';
import { workflowFile } from '../support/workflows.ts';
import { asking, configuration, developing, hosted, proposedIn, provided, telling } from './example-projects.ts';
import { repositoryRoot } from './project.ts';

let url: string;
let project: string;
let elsewhere: string;
let clone: string;
let proposed: string;
let withProviders: string;
let bucket: S3Server;
let withGateway: string;
let gateway: Simulator;
let withReceiver: string;
let receiver: Receiver;
let withHost: string;
let host: SourceControlHost;

/** The words of a command line, without the quotes of a shell. */
const wordsOf = (line: string): readonly string[] =>
  (line.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []).map((word) => word.replaceAll(/['"]/g, ''));

/** Where a working tree is needed, a clone of the bundle; `init` begins in a folder of its own, and so do providers. */
const placeOf = (path: string, line: string): string => {
  if (
    line.includes('--ref .') ||
    line.includes('--git refs/') ||
    path === 'version create' ||
    path.startsWith('changeset')
  )
    return clone;
  if (path === 'preview') return proposed;
  if (path.startsWith('providers')) return withProviders;
  if (path.startsWith('gateway')) return withGateway;
  if (path.startsWith('notify')) return withReceiver;
  if (path.startsWith('pr ')) return withHost;
  return path === 'init' ? elsewhere : project;
};

const m3forge = (line: string, cwd = project) =>
  run(wordsOf(line).slice(1), {
    cwd,
    env: {
      HOST_TOKEN: 'a-token-of-the-host',
      ...{ DATABASE_URL: url, PATH: process.env.PATH ?? '' },
      WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 's').toString('base64')}`,
      ...{ AWS_ACCESS_KEY_ID: knownKey.access_key_id, AWS_SECRET_ACCESS_KEY: knownKey.secret_access_key },
    },
    typed: 'yes\n',
  });

const prepare = async (line: string, cwd = project): Promise<void> => {
  const { exitCode, stdout, stderr } = await m3forge(line, cwd);
  expect(exitCode, `${line}\n${stdout}${stderr}`).toBe(0);
};

/** Somebody who holds the place of production, heard of at that time. */
const lease = (heartbeat: string) => async (): Promise<void> => {
  await asAdministrator(
    `update m3forge.place set lease_id = gen_random_uuid(), lease_holder = 'bob', lease_operation = 'apply',
     lease_host = 'elsewhere', lease_pid = 1, lease_boot_id = 'b', lease_backend = 1, lease_since = now(),
     lease_heartbeat = ${heartbeat} where environment = 'production'`,
    url.split('/').at(-1),
  );
};

const git = (...args: readonly string[]) => execFileSync('git', ['-C', clone, ...args], { stdio: 'ignore' });

/** A pull request that is merged in the clone. */
const mergeHere = (title: string, name: string): void => {
  writeFileSync(join(clone, `workflows/${name}.json`), workflowFile(name));
  git('add', 'workflows');
  git('commit', '--quiet', '-m', title);
};

/** Somebody works on in the clone, whose tags go to a repository beside it. */
const workOn = (): void => {
  const remote = temporaryDirectory();
  execFileSync('git', ['init', '--quiet', '--bare', remote]);
  git('remote', 'set-url', 'origin', remote);
  git('config', 'user.name', 'Test');
  git('config', 'user.email', 'test@example.com');
  mergeHere('Read orders (#339)', 'orders');
  mergeHere('fix: totals (#341)', 'totals');
  mergeHere('Classify invoices (#342)', 'classes');
  mergeHere('Mend totals (#345)', 'mended');
};

/** What was put into change sets before is taken out of them: a version has them whole or not at all. */
const emptyChangeSets = async (): Promise<void> => {
  const reason = '--reason "for the next example"';
  await prepare(
    `m3forge changeset remove "Invoice processing v2" --pull-request 341 --pull-request 342 ${reason}`,
    clone,
  );
  await prepare(`m3forge changeset remove Hotfix --pull-request 345 ${reason}`, clone);
};

/** What was in no change set is for the next examples. */
const emptyRelease = (): Promise<void> =>
  prepare(
    'm3forge changeset remove "Release 12" --pull-request 339 --pull-request 345 --reason "for the next example"',
    clone,
  );

const makeReceipts = async (): Promise<void> => {
  mergeHere('Read receipts (#17)', 'receipts');
  await prepare('m3forge changeset create Receipts --pull-request 17', clone);
  await prepare('m3forge changeset ready Receipts', clone);
};

/** A release that waits, and nobody has said anything about it. */
const ask = async (): Promise<void> => {
  const id = await filledIn('cancel', '3f2a91c0');
  await m3forge(`m3forge cancel ${id} --reason "for the next example"`);
  const { exitCode, stdout, stderr } = await m3forge('m3forge apply --target guarded --yes');
  expect(exitCode, `${stdout}${stderr}`).toBe(7);
};

/** Something to be reviewed. */
const mend = (version: string): Promise<void> =>
  prepare(`m3forge apply --target hotfix --version ${version} --justification "totals are wrong" --yes`);

/** The next version to ask for, because what was approved runs by now. */
const prepareAnother = async (): Promise<void> => {
  const { exitCode } = await m3forge('m3forge apply --target guarded --version v1.2.0 --yes');
  expect(exitCode).toBe(7);
};

/** The pull request of the examples, open. */
const openPullRequest = async (): Promise<void> => {
  host.pullRequests.splice(0, 1, keptPullRequest({ number: 342 }));
};

/** The same with the change of the clone. */
const openProposed = async (): Promise<void> => {
  const head = execFileSync('git', ['-C', proposed, 'rev-parse', 'read-receipts']).toString().trim();
  host.pullRequests.splice(0, 1, keptPullRequest({ number: 342, headCommit: head }));
};

/** What has to be so before an example works; the examples run in the order in which help has them. */
const preparations: Readonly<Record<string, () => Promise<void>>> = {
  'm3forge apply plan.json': () => prepare('m3forge plan --target production --out plan.json'),
  'm3forge apply --target staging --yes --json': async () => {
    await prepare('m3forge rollback --target staging --to v1.0.0 --yes');
    await prepare('m3forge hold lift --target staging --version v1.1.0 --reason "for the next example"');
  },
  'm3forge approve 3f2a91c0 --comment "totals checked"': ask,
  'm3forge approve 3f2a91c0 --digest 9b1c44d2': ask,
  'm3forge reject 3f2a91c0 --reason "wrong totals"': ask,
  'm3forge resume 3f2a91c0': async () => {
    await ask();
    await prepare(await filledIn('approve', 'm3forge approve 3f2a91c0'));
  },
  'm3forge cancel 3f2a91c0 --reason "not today"': () => prepareAnother(),
  'm3forge retry 3f2a91c0 --yes': async () => {
    await prepare(await filledIn('cancel', 'm3forge cancel 3f2a91c0 --reason "for the next example"'));
  },
  'm3forge changeset create "Invoice processing v2" --pull-request 342 --pull-request 341': () =>
    Promise.resolve(workOn()),
  'm3forge changeset create Onboarding --type bugfix': emptyRelease,
  'm3forge preview --open --post': openProposed,
  'm3forge pr merge 342 --method squash --yes': openPullRequest,
  'm3forge version create --dry-run': emptyChangeSets,
  'm3forge version create --changeset "Receipts" --dry-run': makeReceipts,
  'm3forge hold add --target production --until 2099-01-04T08:00:00Z --reason "year end"': async () => {
    const id = await filledIn('hold', '3f2a91c0');
    await prepare(`m3forge hold lift ${id} --reason "for the next example"`);
  },
  'm3forge review close 3f2a91c0': () => mend('v1.1.0'),
  'm3forge review close 3f2a91c0 --comment "totals are right again"': () => mend('v1.2.0'),
  'm3forge lock release 3f2a91c0': lease("now() - interval '1 hour'"),
  'm3forge lock release 3f2a91c0 --force --reason "the runner hangs"': lease('now()'),
  'm3forge state forget version.v1.2.0': async () => {
    await prepare('m3forge state forget place.staging --yes');
    await prepare('m3forge state forget place.guarded --yes');
    await prepare('m3forge state forget place.mended --yes');
  },
};

const approving = ['approve', 'reject', 'resume', 'cancel', 'retry', 'explain'];

/** Lists that know the id for which an example says 3f2a91c0. */
const listOf = (path: string): string =>
  path.startsWith('backup')
    ? 'backup list --target production'
    : path.startsWith('lock')
      ? 'lock list'
      : path.startsWith('hold')
        ? 'hold list --target production'
        : path.startsWith('review')
          ? 'history --target hotfix'
          : approving.includes(path)
            ? 'history --target guarded'
            : 'history --target production';

/** The id of a token that can be revoked, in the place of the one of an example. */
const withToken = async (line: string): Promise<string> => {
  const [newest] = JSON.parse((await m3forge('m3forge token list --json')).stdout) as readonly {
    readonly id: string;
  }[];
  return line.replace('5b1c8f0a2d7e', newest?.id ?? 'none');
};

const filledIn = async (path: string, line: string): Promise<string> => {
  if (line.includes('5b1c8f0a2d7e')) return withToken(line);
  if (!line.includes('3f2a91c0')) return line;
  const [newest] = JSON.parse((await m3forge(`m3forge ${listOf(path)} --json`)).stdout) as readonly {
    readonly id: string;
    readonly plan_digest?: string;
  }[];
  return line
    .replaceAll('3f2a91c0', newest?.id.slice(0, 8) ?? 'none')
    .replaceAll('9b1c44d2', newest?.plan_digest?.slice(0, 8) ?? 'none');
};

/** What the shell makes of it is the shell's: `> file` and `source <(…)`. */
const withoutShell = (line: string): string => line.replace(/ > \S+$/, '').replace(/^source <\((.*)\)$/, '$1');

const commands = await describeCommands();

beforeAll(async () => {
  url = await freshDatabase();
  project = temporaryDirectory();
  elsewhere = temporaryDirectory();
  writeFileSync(join(project, 'm3forge.yaml'), configuration);
  cpSync(join(repositoryRoot, 'examples/quickstart/invoices.bundle'), join(project, 'invoices.bundle'));
  clone = temporaryDirectory();
  execFileSync('git', ['clone', '--quiet', join(project, 'invoices.bundle'), clone], { stdio: 'ignore' });
  writeFileSync(join(clone, 'm3forge.yaml'), developing);
  bucket = await startS3Server();
  withProviders = temporaryDirectory();
  writeFileSync(join(withProviders, 'm3forge.yaml'), provided(bucket.endpoint));
  const mirror = join(repositoryRoot, 'examples/custom-provider/providers/mirror');
  cpSync(mirror, join(withProviders, 'acme'), { recursive: true });
  gateway = await startSimulator({ executors: ['extract_executor'] });
  withGateway = temporaryDirectory();
  writeFileSync(join(withGateway, 'm3forge.yaml'), asking(gateway.url));
  receiver = await startReceiver();
  withReceiver = temporaryDirectory();
  writeFileSync(join(withReceiver, 'm3forge.yaml'), telling(receiver.url));
  host = await startGitea();
  host.users.set('a-token-of-the-host', { login: 'bot', isBot: false });
  await openPullRequest();
  proposed = proposedIn(temporaryDirectory(), join(project, 'invoices.bundle'), host.url);
  withHost = temporaryDirectory();
  writeFileSync(join(withHost, 'm3forge.yaml'), hosted(host.url));
  for (const version of ['v1.0.0', 'v1.1.0'])
    await prepare(`m3forge apply --target production --version ${version} --yes`);
  await prepare('m3forge apply --target staging --version v1.0.0 --yes');
});

afterAll(async () => {
  await bucket[Symbol.asyncDispose]();
  await gateway.close();
  await receiver[Symbol.asyncDispose]();
  await host[Symbol.asyncDispose]();
});

describe.each(commands)('the help of m3forge $path', ({ path, examples }) => {
  test('has examples, and each of them works', async () => {
    expect(examples.length).toBeGreaterThan(0);
    // One that goes on until it is stopped would go on here, too; test/schedules starts and stops it.
    for (const [what, example] of examples.filter(([, line]) => line !== 'm3forge worker --as deploy-bot')) {
      expect(withoutShell(example), what).toMatch(new RegExp(`^m3forge ${path}\\b`));
      await preparations[example]?.();
      const line = await filledIn(path, withoutShell(example));
      const { exitCode, stdout, stderr } = await m3forge(line, placeOf(path, line));
      // What is tried again needs somebody's approval again.
      expect(exitCode, `${what}: ${line}\n${stdout}${stderr}`).toBe(path === 'retry' ? 7 : 0);
      if (path.startsWith('gateway')) expect(stdout).toContain('gateway-production');
    }
  });
});

test('every preparation is for an example that there is', () => {
  const lines = commands.flatMap(({ examples }) => examples.map(([, line]) => line));
  expect(Object.keys(preparations).filter((line) => !lines.includes(line))).toEqual([]);
});
