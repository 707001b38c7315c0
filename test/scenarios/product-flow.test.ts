import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { run } from '../cli/run.ts';
import { type Arrangement, createProject, type TestProject } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const team =
  'team: { alice: { role: admin }, amy: { role: admin }, bob: { role: maintainer }, carol: { role: developer }, dave: { role: viewer }, tester: { role: admin } }';

/** For emergencies, from the first day on. */
const hotfix = `  hotfix:
    environment: production
    version: v1.0.0
    type: emergency
    approvals: { min_approvals: 2 }
    gates: { tests: { unit_tests: { run: "test -e checked" } } }
    smoke_tests: [{ name: totals, run: 'test "$M3FORGE_VERSION" != v1.1.0' }]
`;

/** Production's totals are wrong with v1.1.0. */
const targets = `  staging:
    environment: staging
    version: latest
    type: manual_approval
    approvals: { min_approvals: 1, separation_of_duties: requester }
    gates: { tests: { unit_tests: { run: "true" } } }
  production:
    environment: production
    version: latest
    type: manual_approval
    approvals: { min_approvals: 2 }
    promotion: { from: staging }
    gates: { tests: { unit_tests: { run: "true" } } }
    smoke_tests: [{ name: totals, run: 'test "$M3FORGE_VERSION" != v1.1.0' }]
${hotfix}`;

describe.each<Arrangement>(['embedded', 'schemas'])('from two pull requests to a closed review (%s)', (arrangement) => {
  let project: TestProject;
  const files: Record<string, string> = { 'workflows/a.json': workflowFile('a') };

  const m3forge = async (who: string, line: string) => {
    const words = (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));
    const answer = await run([...words, '--as', who], {
      cwd: project.directory,
      env: { PATH: process.env.PATH ?? '' },
    });
    return { ...answer, all: answer.stdout + answer.stderr };
  };
  /** The release that waits, in the place of `ID`. */
  const named = async (line: string): Promise<string> => {
    if (!line.includes(' ID')) return line;
    const entries = JSON.parse((await m3forge('tester', 'history --json')).stdout) as readonly {
      readonly id: string;
      readonly state: string;
    }[];
    return line.replace(' ID', ` ${entries.find(({ state }) => state === 'waiting')?.id ?? 'none'}`);
  };
  /** Whoever may not is refused, and changes nothing; then it is done by whoever may. */
  const step = async (
    line: string,
    { by, not, exit = 0 }: { by: string; not: string; exit?: number },
  ): Promise<string> => {
    const command = await named(line);
    const refused = await m3forge(not, command);
    expect([command, refused.exitCode, refused.stderr.match(/\[(\S+)\]/)?.[1]]).toEqual([command, 6, 'role-denied']);
    const done = await m3forge(by, command);
    expect(done.exitCode, `${command}\n${done.all}`).toBe(exit);
    return done.all;
  };
  /** The hold in force, in the place of `HOLD`. */
  const withHold = async (line: string): Promise<string> => {
    const holds = JSON.parse((await m3forge('dave', 'hold list --json')).stdout) as readonly {
      kind: string;
      id?: string;
    }[];
    return line.replace('HOLD', holds.find(({ kind }) => kind === 'hold')?.id ?? 'none');
  };
  const merge = (name: string, pull: number): void => {
    files[`workflows/${name}.json`] = workflowFile(name);
    project.repository.merge({ ...files }, `Merge pull request #${pull} from acme/${name}\n\nRead ${name}`);
  };
  const runs = async (): Promise<Readonly<Record<string, string>>> => {
    const rows = JSON.parse((await m3forge('tester', 'status --json')).stdout) as readonly {
      readonly target: string;
      readonly version: string | null;
    }[];
    return Object.fromEntries(rows.map(({ target, version }) => [target, version ?? 'nothing']));
  };

  beforeAll(async () => {
    project = await createProject(arrangement, { environments: ['staging', 'production'] });
    project.repository.git(['config', 'user.name', 'Bob']);
    project.repository.git(['config', 'user.email', 'bob@example.com']);
    project.repository.commit({ ...files }, 'v1.0.0');
    project.configure(
      `  staging: { environment: staging, version: latest }\n  production: { environment: production, version: latest }\n${hotfix}`,
      { top: team },
    );
    expect((await project.apply(['staging', 'production'])).problems).toEqual([]);
    // The target for emergencies has rules of its own, and is recorded by them; so is who is who, which concerns all.
    for (const what of ['its rules', 'the team']) {
      const { problems } = await project.apply(['staging', 'production', 'hotfix']);
      expect(problems, what).toMatchObject([{ code: 'approval-missing' }]);
      for (const line of ['bob approve ID', 'amy approve ID', 'tester resume ID']) {
        const [who = '', ...words] = line.split(' ');
        const answer = await m3forge(who, await named(words.join(' ')));
        expect(answer.exitCode, answer.all).toBe(0);
      }
    }
    project.configure(targets, { top: team });
  });

  test('two merged pull requests become a change set, and that a version with a number of its own', async () => {
    merge('receipts', 17);
    merge('orders', 18);
    await step('changeset create Receipts --pull-request 17 --pull-request 18', { by: 'carol', not: 'dave' });
    await step('changeset ready Receipts', { by: 'carol', not: 'dave' });
    expect(await step('version create --changeset Receipts --yes', { by: 'bob', not: 'carol' })).toContain('v1.1.0');
  });

  test('it comes to staging with one approval, through its gates', async () => {
    await step('apply --target staging --yes', { by: 'bob', not: 'carol', exit: 7 });
    await step('approve ID', { by: 'alice', not: 'carol' });
    expect(await step('resume ID', { by: 'bob', not: 'carol' })).toContain('Gate unit_tests: passed');
    expect(await runs()).toMatchObject({ staging: 'v1.1.0', production: 'v1.0.0' });
  });

  test('it is promoted to production with two approvals, fails there, and is taken back by itself', async () => {
    await step('promote --from staging --to production --yes', { by: 'alice', not: 'bob', exit: 7 });
    await step('approve ID', { by: 'bob', not: 'dave' });
    await step('approve ID', { by: 'amy', not: 'carol' });
    await step('resume ID', { by: 'alice', not: 'bob', exit: 8 });
    expect(await runs()).toMatchObject({ staging: 'v1.1.0', production: 'v1.0.0' });
  });

  test('the line is stopped, for emergencies too', async () => {
    await step('hold add --reason "totals are wrong"', { by: 'bob', not: 'carol' });
    const held = await m3forge('alice', 'apply --target staging --version v1.0.0 --yes');
    expect([held.exitCode, held.stderr]).toEqual([6, expect.stringContaining('totals are wrong')]);
  });

  test('a hotfix is made in an emergency, once the hold is lifted for it', async () => {
    merge('mended', 19);
    await step('changeset create Hotfix --type hotfix --pull-request 19', { by: 'carol', not: 'dave' });
    await step('changeset ready Hotfix', { by: 'carol', not: 'dave' });
    expect(await step('version create --changeset Hotfix --yes', { by: 'bob', not: 'carol' })).toContain('v1.2.0');
    const emergency = 'apply --target hotfix --version v1.2.0 --yes --justification "invoices are lost since 9:40"';
    expect((await m3forge('alice', emergency)).stderr).toContain('totals are wrong');
    await step(await withHold('hold lift HOLD --reason "the mend is at hand"'), { by: 'alice', not: 'bob' });
    expect((await m3forge('alice', emergency.replace(/ --justification.*/, ''))).stderr).toContain(
      'emergency-unjustified',
    );
    await step(emergency, { by: 'alice', not: 'bob' });
    expect(await runs()).toMatchObject({ production: 'v1.2.0', hotfix: 'v1.2.0' });
  });

  test('its review stands in the way of what is ordinary, until the gates that were skipped have passed', async () => {
    expect((await m3forge('dave', 'review list')).stdout).toContain('v1.2.0');
    const { exitCode, stderr } = await m3forge('alice', 'promote --from staging --to production --reason again --yes');
    expect([exitCode, stderr]).toEqual([6, expect.stringContaining('review')]);
    const id = (JSON.parse((await m3forge('dave', 'review list --json')).stdout) as readonly { release: string }[])[0]
      ?.release;
    expect(await step(`review close ${id}`, { by: 'amy', not: 'dave', exit: 6 })).toContain('unit_tests');
    writeFileSync(join(project.directory, 'checked'), '');
    expect((await m3forge('alice', `review close ${id}`)).stderr).toContain('review-own');
    await step(`review close ${id} --comment "totals are right again"`, { by: 'amy', not: 'dave' });
  });

  test('then everything goes its way again, and nothing is left to do', async () => {
    await step('apply --target staging --yes', { by: 'bob', not: 'carol', exit: 7 });
    await step('approve ID', { by: 'amy', not: 'carol' });
    await step('resume ID', { by: 'bob', not: 'carol' });
    expect(await runs()).toMatchObject({ staging: 'v1.2.0', production: 'v1.2.0' });
    // It runs in production already; what is left are the rules, which the release that failed did not record.
    await step('apply --target production --yes', { by: 'alice', not: 'bob', exit: 7 });
    await step('approve ID', { by: 'bob', not: 'carol' });
    await step('approve ID', { by: 'amy', not: 'dave' });
    await step('resume ID', { by: 'alice', not: 'bob' });
    const rest = await m3forge('dave', 'plan --detailed-exitcode');
    expect(rest.exitCode, rest.all).toBe(0);
    expect((await m3forge('dave', 'audit verify')).exitCode).toBe(0);
  });

  test('the trail tells all of it in one chain, each refusal included', async () => {
    const told = await m3forge('dave', 'audit list --json');
    const events = new Set((JSON.parse(told.stdout) as readonly { event: string }[]).map(({ event }) => event));
    expect([...events]).toEqual(
      expect.arrayContaining([
        ...['access.denied', 'changeset.created', 'changeset.ready', 'version.created', 'approval.requested'],
        ...['approval.given', 'release.succeeded', 'release.rolled_back', 'hold.added', 'hold.lifted'],
        ...['release.emergency', 'review.opened', 'review.failed', 'review.closed'],
      ]),
    );
  });
});
