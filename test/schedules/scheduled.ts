import { type WorkDone, workOnce } from '../../engine/operations/index.ts';
import { type Arrangement, codesOf, createProject, type TestProject } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

/** Daily at a time that is hours away from now, so that nothing is due by itself while a test runs. */
export const cronAway = (hours: number): string => `0 ${(new Date().getUTCHours() + hours) % 24} * * *`;

/** A target of the type scheduled, with more keys of it and of its schedule. */
export const scheduled = (more = '', schedule = ''): string =>
  `  production: { environment: production, version: latest, type: scheduled, schedule: { cron: "${cronAway(12)}"${schedule} }${more} }`;

/** A project whose one target runs v1.0.0, and wants v1.1.0 when its schedule says so. */
export const createEstate = async (
  arrangement: Arrangement,
  target = scheduled(),
  system: Parameters<typeof createProject>[1] = {},
): Promise<TestProject> => {
  const project = await createProject(arrangement, { environments: ['production'], ...system });
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  project.configure('  production: { environment: production, version: latest }');
  await project.apply();
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['more']) }, 'v1.1.0');
  project.configure(target);
  return project;
};

export interface Worked {
  readonly works: readonly WorkDone[];
  readonly codes: readonly string[];
}

type Report = Parameters<typeof workOnce>[1]['report'];

/** One run of `worker --once`. */
export const work = async (
  project: Pick<TestProject, 'context'>,
  { actor = 'deploy-bot', report = () => undefined }: { readonly actor?: string; readonly report?: Report } = {},
): Promise<Worked> => {
  const works: WorkDone[] = [];
  const context = { ...project.context, actor };
  const request = {
    targets: [],
    lockTimeoutMs: 0,
    done: (one: WorkDone) => void works.push(one),
    report,
  };
  const outcome = await workOnce(context, request);
  return { works, codes: codesOf(outcome.diagnostics.filter(({ severity }) => severity === 'error')) };
};

/** Lets the schedule of the target have been due so long ago: as if the clock of the database had come to it. */
export const letBeDue = async (project: TestProject, minutesAgo = 0): Promise<string> => {
  const at = new Date(Date.now() - minutesAgo * 60_000).toISOString();
  await project.sql(
    'production',
    `insert into m3forge.occurrence (target, cause, key, due_at) values ('production', 'schedule', '${at}', '${at}')`,
  );
  return at;
};

interface Row {
  readonly key: string;
  readonly outcome: string | null;
  readonly attempts: number;
  readonly note: string | null;
}

export const occurrencesOf = (project: TestProject): Promise<readonly Row[]> =>
  project.sql<Row>('production', 'select key, outcome, attempts, note from m3forge.occurrence order by due_at');
