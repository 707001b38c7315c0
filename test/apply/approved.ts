import {
  type ApplyReport,
  approve,
  cancel,
  explain,
  type HistoryEntry,
  history,
  reject,
  resume,
  retry,
} from '../../engine/operations/index.ts';
import { type Arrangement, codesOf, createProject, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const noWait = { lockTimeoutMs: 0 };
const silent = { report: () => undefined, ...noWait };

/** A project as one person works with it. */
const as = (project: TestProject, actor: string) => ({ ...project.context, actor });

/** What people do about releases, each by the name of who does it; what is refused is told by its codes. */
export const peopleOf = (project: TestProject) => ({
  approve: async (who: string, id: string, comment: string | null = null, digest?: string) => {
    const outcome = await approve(as(project, who), { id, comment, digest, ...noWait });
    return outcome.ok ? outcome.value : codesOf(outcome.diagnostics);
  },
  reject: async (who: string, id: string, reason = 'no') => {
    const outcome = await reject(as(project, who), { id, reason, ...noWait });
    return outcome.ok ? outcome.value : codesOf(outcome.diagnostics);
  },
  cancel: async (who: string, id: string, reason = 'not today') => {
    const outcome = await cancel(as(project, who), { id, reason, ...noWait });
    return outcome.ok ? outcome.value : codesOf(outcome.diagnostics);
  },
  resume: async (who: string, id: string): Promise<ApplyReport | readonly string[]> => {
    const outcome = await resume(as(project, who), { id, ...silent });
    return outcome.ok ? outcome.value : codesOf(outcome.diagnostics);
  },
  retry: async (who: string, id: string, reason: string | null): Promise<ApplyReport | readonly string[]> => {
    const outcome = await retry(as(project, who), { id, reason, confirm: () => Promise.resolve(true), ...silent });
    return outcome.ok ? outcome.value : codesOf(outcome.diagnostics);
  },
  explain: async (id: string) => valueIn(await explain(project.context, { id, ...noWait })),
});

/** The releases of a project, the newest first. */
export const releasesOf = async ({ context }: TestProject): Promise<readonly HistoryEntry[]> =>
  valueIn(await history(context, { targets: [], ...noWait }));

/** The target under test, with these rules. */
export const production = (approvals: string, more = ''): string =>
  `  production: { environment: production, version: latest, type: manual_approval, approvals: ${approvals}${more} }`;

/** v1.0.0 runs, released while nobody had to agree; v1.1.0 waits behind the rules that are recorded since. */
export const guarded = async (
  arrangement: Arrangement,
  approvals: string,
  environment = 'production',
): Promise<TestProject> => {
  const project = await createProject(arrangement, { environments: [environment] });
  const target = production(approvals).replace('environment: production', `environment: ${environment}`);
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  project.configure(`  production: { environment: ${environment}, version: latest }`);
  await project.apply();
  project.configure(target);
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['more']) }, 'v1.1.0');
  return project;
};

/** Asks for the release of production, and says which one waits. */
export const askFor = async (project: TestProject): Promise<string> => {
  const { sections, problems } = await project.apply(['production']);
  if (sections[0]?.outcome !== 'waiting') throw new Error(`it does not wait: ${codesOf(problems).join(' ')}`);
  return sections[0].releaseId ?? '';
};
