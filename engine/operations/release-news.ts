import type { PlanSection } from '../plan/index.ts';
import type { Happening, ReleaseFailure } from '../state/index.ts';

/** What is told of a release that its gates stopped: nothing of it was begun. Pure. */
export const stoppedByGates = (
  { kind, target, environment, from, to }: PlanSection,
  { id, by, cause }: { readonly id: string; readonly by: string; readonly cause: ReleaseFailure },
): Happening => ({
  event: 'failed',
  failure: cause,
  active: from.version,
  ...{ release: id, kind, target, environment, version: to?.version ?? '', from: from.version, by, reason: null },
});
