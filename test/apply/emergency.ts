import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ApplyReport, apply, closeReview, listReviews, type ReviewView } from '../../engine/operations/index.ts';
import type { System } from '../../engine/system/index.ts';
import {
  type Arrangement,
  type ConfigureMore,
  codesOf,
  createProject,
  type TestProject,
  valueIn,
} from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

export const justification = 'invoices are lost since 9:40';

const gates = 'gates: { tests: { unit_tests: { run: "test -e let-it-pass" } } }';

/** Production with a gate, and a way around it into the same place. */
export const targetsWith = (hotfix = '', production = ''): string =>
  `  production: { environment: production, version: ^1, ${gates}${production} }
  hotfix: { environment: production, version: ^1, type: emergency, ${gates}${hotfix} }`;

/** Somebody who does something with a project. */
export const as = (project: TestProject, actor: string) => ({ ...project.context, actor });

/** Lets the gate pass, or not. */
export const letGatesPass = ({ directory }: TestProject, pass: boolean): void => {
  const file = join(directory, 'let-it-pass');
  if (pass) writeFileSync(file, '');
  else rmSync(file, { force: true });
};

const requireApplied = async (project: TestProject, targets: readonly string[]): Promise<void> => {
  const { problems } = await project.apply(targets);
  if (problems.length > 0) throw new Error(problems.map(({ code, detail }) => `${code}: ${detail}`).join('\n'));
};

/** v1.0.0 runs, both targets are recorded, and v1.1.0 would not pass the gate. */
export const estate = async (
  arrangement: Arrangement,
  configuration = targetsWith(),
  more: ConfigureMore = {},
  system: Partial<System> = {},
): Promise<TestProject> => {
  const project = await createProject(arrangement, { environments: ['production'], system });
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  letGatesPass(project, true);
  // Whoever comes to a place second is recorded there by a plan that covers whoever was first.
  project.configure(configuration.replace(/^ {2}hotfix:.*$/m, ''), more);
  await requireApplied(project, ['production']);
  project.configure(configuration, more);
  await requireApplied(project, ['production', 'hotfix']);
  letGatesPass(project, false);
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['mended']) }, 'v1.1.0');
  return project;
};

/** Releases a target in an emergency; what is refused is told by its codes. */
export const declare = async (
  project: TestProject,
  why: string | null = justification,
  { target = 'hotfix', who = 'alice', version }: { target?: string; who?: string; version?: string } = {},
): Promise<ApplyReport | readonly string[]> => {
  const outcome = await apply(as(project, who), {
    ...{ reason: null, lockTimeoutMs: 0, targets: [target], version, justification: why ?? undefined },
    confirm: () => Promise.resolve(true),
    report: (_, event) => void project.events.push(event),
  });
  return outcome.ok ? outcome.value : codesOf(outcome.diagnostics);
};

export const reviewsOf = async ({ context }: TestProject, all = false): Promise<readonly ReviewView[]> =>
  valueIn(await listReviews(context, { targets: [], all, lockTimeoutMs: 0 }));

/** Closes a review; what is refused is told by its codes. */
export const close = async (project: TestProject, id: string, who = 'bob', comment: string | null = null) => {
  const outcome = await closeReview(as(project, who), { id, comment, lockTimeoutMs: 0, report: () => undefined });
  return outcome.ok ? outcome.value : codesOf(outcome.diagnostics);
};
