import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { type FailpointName, failpointNames } from '../../engine/system/index.ts';
import { createProject, type TestProject } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

// Workers as processes of their own on one PostgreSQL, which die again and again while something is due all the time.

const program = join(import.meta.dirname, '../../dist/main.js');

const targets = ['development', 'staging', 'production'] as const;

/** Numbers from 0 to 1, the same for the same seed. */
export const randomFrom = (seed: number) => {
  let state = seed >>> 0;
  return (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

/** Those that a worker passes when it releases or recovers. */
const deadly: readonly FailpointName[] = failpointNames.filter(
  (name) => !/^(backup-half|return|before-return|after-return|after-place|after-migrate)/.test(name),
);

/** Three targets that run v1.0.0 and are published on a schedule that is far away: what is due, the contest says. */
export const createContest = async (): Promise<TestProject> => {
  const project = await createProject('schemas', { environments: [...targets] });
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  const configure = (more: string): void =>
    project.configure(targets.map((name) => `  ${name}: { environment: ${name}, version: latest${more} }`).join('\n'));
  configure('');
  await project.apply([...targets]);
  configure(', type: scheduled, schedule: { cron: "0 0 29 2 *" }');
  return project;
};

/** A worker that is started again whenever it dies, each time to die at another point. */
const keepWorker = (project: TestProject, name: string, random: () => number) => {
  let child: ChildProcess | undefined;
  let ending = false;
  let deaths = 0;
  const exits: number[] = [];
  const ended = Promise.withResolvers<void>();
  const begin = (): void => {
    const point = deadly[Math.floor(random() * deadly.length)];
    const args = [program, 'worker', '--every', '500ms', '--as', name];
    child = spawn(process.execPath, args, {
      cwd: project.directory,
      env: {
        PATH: process.env.PATH ?? '',
        HOME: project.directory,
        // Now and then one lives.
        ...(random() < 0.8 && { M3FORGE_FAILPOINTS: `${point}=kill9` }),
      },
      stdio: 'ignore',
    });
    child.on('exit', (code) => {
      if (ending) return ended.resolve();
      if (code === null) deaths += 1;
      else exits.push(code);
      begin();
    });
  };
  begin();
  return {
    kill: () => void child?.kill('SIGKILL'),
    deaths: () => deaths,
    exits,
    stop: async () => {
      ending = true;
      child?.kill('SIGTERM');
      await ended.promise;
    },
  };
};

interface Due {
  readonly target: string;
  readonly key: string;
  readonly outcome: string | null;
}

export interface Contest {
  /** What was due, in the order in which it was. */
  readonly due: readonly (Due & { readonly succeeded: number; readonly settled: number })[];
  readonly deaths: number;
  /** The codes of workers that ended without being killed or told to. */
  readonly exits: readonly number[];
}

const dueIn = (project: TestProject): Promise<readonly Due[]> =>
  project.sql<Due>('production', 'select target, key, outcome from m3forge.occurrence order by due_at, target');

/** How often each due time was released, and how often it was said to be done with. */
const countOf = async (project: TestProject): Promise<Contest['due']> =>
  project.sql(
    'production',
    `select o.target, o.key, o.outcome,
       (select count(*) from m3forge.release r where r.target = o.target and r.state = 'succeeded'
         and r.reason = 'schedule of ' || o.key)::integer as succeeded,
       (select count(*) from m3forge.audit a where a.event = 'schedule.settled'
         and a.detail ->> 'target' = o.target and a.detail ->> 'key' = o.key)::integer as settled
     from m3forge.occurrence o order by o.due_at, o.target`,
  );

/**
 * Lets every target be due again as soon as it was dealt with, each time with a new version, while `goesOn` says so; then
 * waits until all is dealt with. `killing`: beside what dies by itself, one is killed at any time.
 */
export const contend = async (
  project: TestProject,
  seed: number,
  { goesOn, killing }: { readonly goesOn: (dealtWith: number) => boolean; readonly killing: boolean },
): Promise<Contest> => {
  const random = randomFrom(seed);
  const workers = ['worker-1', 'worker-2'].map((name) => keepWorker(project, name, random));
  const { clock } = project.context.system;
  let versions = 0;
  for (;;) {
    const due = await dueIn(project);
    const open = new Set(due.filter(({ outcome }) => outcome === null).map(({ target }) => target));
    const more = goesOn(due.length - open.size);
    if (!more && open.size === 0) break;
    for (const target of more ? targets.filter((name) => !open.has(name)) : []) {
      versions += 1;
      project.repository.commit({ 'workflows/a.json': workflowFile('a', [`n${versions}`]) }, `v1.0.${versions}`);
      const at = new Date().toISOString();
      await project.sql(
        'production',
        `insert into m3forge.occurrence (target, cause, key, due_at) values ('${target}', 'schedule', '${at}', '${at}')`,
      );
    }
    if (killing && random() < 0.15) workers[Math.floor(random() * workers.length)]?.kill();
    await clock.sleep(200);
  }
  const deaths = workers.reduce((sum, worker) => sum + worker.deaths(), 0);
  await Promise.all(workers.map((worker) => worker.stop()));
  return { due: await countOf(project), deaths, exits: workers.flatMap(({ exits }) => exits) };
};
