import { type Diagnostic, problem } from '../diagnostics/index.ts';
import { mostProblems } from '../documents/index.ts';
import type { StructuralPath } from '../values/index.ts';
import type { TargetConfig } from './config.ts';
import { faultOfGlob } from './glob-fault.ts';
import { loadPolicyLanguage } from './policy-language.ts';
import type { Rule, Subject } from './subject.ts';

const targetsOf = ({ config }: Subject): readonly TargetConfig[] => [...config.targets.values()];

/** The files that gates read, with where each is named. */
const filesOf = ({ gates }: TargetConfig): readonly (readonly [file: string, path: StructuralPath])[] => [
  ...gates.security.reports.map(({ sarif }, index) => [sarif, ['security', 'reports', index, 'sarif']] as const),
  ...gates.tests.flatMap(({ name, report, baseline }) => [
    ...(report === undefined ? [] : [[report, ['tests', name, 'report']] as const]),
    ...(baseline === undefined ? [] : [[baseline, ['tests', name, 'baseline']] as const]),
  ]),
  ...gates.performance.flatMap(({ name, report }) =>
    report === undefined ? [] : [[report, ['tests', name, 'report']] as const],
  ),
];

const leavesTree = (path: string): boolean => /^([/\\]|[A-Za-z]:)/.test(path) || path.split(/[/\\]/).includes('..');

/** Of an empty path the schema has complained. */
const filesStayInside: Rule = (subject) =>
  targetsOf(subject)
    .flatMap((target) => filesOf(target).map(([file, path]) => ({ target, file, path })))
    .filter(({ file }) => leavesTree(file))
    .slice(0, mostProblems)
    .map(({ target, file, path }) =>
      problem('config-invalid-path', {
        detail: `"${file}" does not stay below the directory of the configuration.`,
        range: target.at(['gates', ...path]),
      }),
    );

const gate = (target: TargetConfig, path: StructuralPath, detail: string, hint?: string): Diagnostic =>
  problem('config-gate', { detail, range: target.at(['gates', ...path]), hint });

/** A gate without a limit lets everything through, and looks as if it did not. */
const performanceHasLimits: Rule = (subject) =>
  targetsOf(subject).flatMap((target) =>
    target.gates.performance.flatMap(({ name, maxP95LatencyMs, maxErrorRate }) =>
      maxP95LatencyMs === undefined && maxErrorRate === undefined
        ? [gate(target, ['tests', name], 'It limits nothing.', 'Give it `max_p95_latency_ms` or `max_error_rate`.')]
        : [],
    ),
  );

const measuringWritesReport: Rule = (subject) =>
  targetsOf(subject).flatMap((target) =>
    target.gates.performance.flatMap(({ name, command, report }) => {
      if ((command === undefined) === (report === undefined)) return [];
      const [has, lacks] = command === undefined ? ['report', 'run'] : ['run', 'report'];
      return [
        gate(target, ['tests', name, has], `\`${has}\` is given, and \`${lacks}\` is not.`, `Give both, or none.`),
      ];
    }),
  );

const policyNamesAreUnique: Rule = (subject) =>
  targetsOf(subject).flatMap((target) => {
    const seen = new Set<string>();
    return target.gates.policies.flatMap(({ name }, index) => {
      if (name === '' || !seen.has(name)) {
        seen.add(name);
        return [];
      }
      return [gate(target, ['policies', index, 'name'], `The target "${target.name}" has a policy "${name}" already.`)];
    });
  });

/** One report that is named twice has two thresholds, of which a reader sees one. */
const reportsAreUnique: Rule = (subject) =>
  targetsOf(subject).flatMap((target) => {
    const { reports } = target.gates.security;
    return reports.flatMap(({ sarif }, index) =>
      reports.findIndex((other) => other.sarif === sarif) < index
        ? [gate(target, ['security', 'reports', index, 'sarif'], `The report "${sarif}" is named already.`)]
        : [],
    );
  });

const allowedGlobsAreUsable: Rule = (subject) =>
  targetsOf(subject).flatMap((target) =>
    target.gates.security.allowed.flatMap(({ artifact }, index) => {
      const fault = artifact === '' ? undefined : faultOfGlob(artifact);
      const path = ['security', 'allowed', index, 'artifact'];
      return fault === undefined ? [] : [gate(target, path, `"${artifact}" matches no address: ${fault}.`)];
    }),
  );

export const gateRules: readonly Rule[] = [
  filesStayInside,
  performanceHasLimits,
  measuringWritesReport,
  policyNamesAreUnique,
  reportsAreUnique,
  allowedGlobsAreUsable,
];

const placeIn = (expression: string, at: number | undefined): string => {
  if (at === undefined || at > expression.length) return '';
  const lines = expression.slice(0, at).split('\n');
  const column = (lines.at(-1)?.length ?? 0) + 1;
  return lines.length === 1 ? ` at character ${column}` : ` at line ${lines.length}, character ${column}`;
};

/**
 * What is wrong with the expressions of the policies. The language is loaded where there is one, so it is judged apart from
 * the other rules.
 */
export const policyProblems = async (subject: Subject): Promise<readonly Diagnostic[]> => {
  const policies = targetsOf(subject).flatMap((target) =>
    target.gates.policies.map((policy, index) => ({ target, policy, index })),
  );
  if (policies.length === 0) return [];
  const compile = await loadPolicyLanguage();
  return policies
    .flatMap(({ target, policy, index }) => {
      // Of an empty one the schema has complained.
      const compiled = policy.expression === '' ? undefined : compile(policy.expression);
      if (compiled === undefined || compiled.ok) return [];
      const detail = `The policy "${policy.name}" cannot be judged: ${compiled.fault}${placeIn(policy.expression, compiled.at)}.`;
      return [
        gate(
          target,
          ['policies', index, 'expression'],
          detail,
          'Write an expression in CEL that is true where a release may go on, such as `plan.changes.size() < 50`.',
        ),
      ];
    })
    .slice(0, mostProblems);
};
