import { invokesAny, type TargetConfig } from '../config/index.ts';
import { type Diagnostic, problem } from '../diagnostics/index.ts';
import type { Desired } from '../plan/index.ts';

/** Smoke tests that run a workflow which the version does not have: they would take the release back for a slip of the pen. */
export const missingWorkflows = async (target: TargetConfig, desired: Desired): Promise<readonly Diagnostic[]> => {
  if (!invokesAny(target)) return [];
  const lines = await desired.lines();
  const names = new Set(lines.filter(({ kind }) => kind === 'workflow').map(({ name }) => name));
  return target.smokeTests.flatMap((test) =>
    test.kind !== 'invoke' || names.has(test.workflow)
      ? []
      : problem('config-smoke-test', {
          detail: `The smoke test "${test.name}" runs the workflow "${test.workflow}", which ${desired.version} does not have.`,
          address: target.name,
          range: target.at(['smoke_tests']),
          hint: 'Nothing was changed. Name a workflow of the version.',
        }),
  );
};
