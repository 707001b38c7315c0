import { expect } from 'vitest';
import type { ApplyReport } from '../../engine/operations/index.ts';
import type { PlanDocument, PlanSection } from '../../engine/plan/index.ts';
import { createProject, type TestProject } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

export const version = (name: string, files: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(files.map((file) => [`workflows/${file}.json`, workflowFile(file, [name])]));

/** A development and a production place, both at v1.0.0, production with rules that are recorded. */
export const strict = 'deployment: { max_deletes: 0 }';
export const targetsWith = (production = strict, development = ''): string =>
  `  development: { environment: development, version: latest${development} }
  production: { environment: production, version: latest${production && `, ${production}`} }`;

export const settled = async (): Promise<TestProject> => {
  const project = await createProject('schemas', { environments: ['development', 'production'] });
  project.repository.commit(version('v1', ['a', 'b']), 'v1.0.0');
  project.configure(targetsWith());
  await applied(project, ['development', 'production']);
  return project;
};

/** Applies to targets, and expects that nothing is wrong. */
export const applied = async (project: TestProject, targets: readonly string[]): Promise<ApplyReport> => {
  const report = await project.apply(targets);
  expect(report.problems).toEqual([]);
  return report;
};

export const addresses = (changes: readonly { readonly address: string }[]): readonly string[] =>
  changes.map(({ address }) => address);

/** The one section of a plan. */
export const only = ({ sections }: PlanDocument): PlanSection => {
  const [section] = sections;
  if (!section || sections.length > 1) throw new Error('not one section');
  return section;
};
