import type { RunOptions } from './process.ts';

/** One thing that is measured: a command of m3forge, as a whole process. */
export interface Measure {
  readonly name: string;
  readonly line: string;
  /** The version that runs by then: one of `stages`. */
  readonly at: (typeof stages)[number];
  /** Whether it changes the project, which is then put back before each run. */
  readonly changes: boolean;
  /** What comes before it, once, and is not counted. */
  readonly before?: string;
  /** Where it is run; the project by default. */
  readonly inRepository?: true;
  readonly options?: RunOptions;
}

/** What a project comes to, one after the other: nothing yet, and then each version of the estate. */
export const stages = ['nothing', 'v1.0.0', 'v1.1.0', 'v1.2.0'] as const;

const target = '--target development';

/** Leaves everything as it was, so that it can be done again and again. */
const reads = (name: string, at: Measure['at'], line: string, more: Partial<Measure> = {}): Measure => ({
  ...{ name, at, line, changes: false },
  ...more,
});

const changes = (name: string, at: Measure['at'], line: string): Measure => ({ name, at, line, changes: true });

export const measures: readonly Measure[] = [
  reads('--version', 'nothing', '--version'),
  reads('validate', 'nothing', 'validate --ref v1.0.0'),
  reads('preview of one file', 'nothing', 'preview --base v1.1.0 --head v1.2.0', { inRepository: true }),
  // It reads everything, and is the first only once.
  changes('first plan', 'nothing', `plan ${target} --version v1.0.0`),
  changes('first apply', 'nothing', `apply ${target} --version v1.0.0 --yes`),
  reads('no-op plan', 'v1.0.0', `plan ${target} --version v1.0.0`),
  reads('plan of 1 %', 'v1.0.0', `plan ${target} --version v1.1.0`),
  reads('show', 'v1.0.0', 'show plan.json', { before: `plan ${target} --version v1.1.0 --out plan.json` }),
  reads('drift', 'v1.0.0', 'drift'),
  reads('status', 'v1.0.0', 'status'),
  reads('recover', 'v1.0.0', 'recover'),
  changes('backup create', 'v1.0.0', `backup create ${target}`),
  // The first backup of a place holds everything; each after that, what changed.
  changes('apply of 1 %, first backup', 'v1.0.0', `apply ${target} --version v1.1.0 --yes`),
  reads('backup verify --full', 'v1.1.0', 'backup verify --full'),
  reads('plan of one change', 'v1.1.0', `plan ${target} --version v1.2.0`),
  changes('apply of one change', 'v1.1.0', `apply ${target} --version v1.2.0 --yes`),
  changes('rollback', 'v1.2.0', `rollback ${target} --reason bench --yes`),
];
