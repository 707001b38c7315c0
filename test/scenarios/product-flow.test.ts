import { beforeAll, describe, expect, test } from 'vitest';
import { run } from '../cli/run.ts';
import { type Arrangement, createProject, type TestProject } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const team =
  'team: { alice: { role: admin }, amy: { role: admin }, bob: { role: maintainer }, carol: { role: developer }, dave: { role: viewer }, tester: { role: admin } }';

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
`;

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
      '  staging: { environment: staging, version: latest }\n  production: { environment: production, version: latest }',
      { top: team },
    );
    await project.apply(['staging', 'production']);
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
    expect(await runs()).toEqual({ staging: 'v1.1.0', production: 'v1.0.0' });
  });

  test('it is promoted to production with two approvals, fails there, and is taken back by itself', async () => {
    await step('promote --from staging --to production --yes', { by: 'alice', not: 'bob', exit: 7 });
    await step('approve ID', { by: 'bob', not: 'dave' });
    await step('approve ID', { by: 'amy', not: 'carol' });
    await step('resume ID', { by: 'alice', not: 'bob', exit: 8 });
    expect(await runs()).toEqual({ staging: 'v1.1.0', production: 'v1.0.0' });
  });

  test('the line is stopped', async () => {
    await step('hold add --target production --reason "totals are wrong"', { by: 'bob', not: 'dave' });
    expect((await m3forge('alice', 'apply --target production --version v1.1.0 --yes')).exitCode).toBe(6);
  });
});
