import type { TargetConfig } from '../config/index.ts';
import { type Diagnostic, warning } from '../diagnostics/index.ts';
import { listLeases, type PlacedRelease, unfinishedReleases } from '../state/index.ts';
import type { Session } from './session.ts';

/** Whether the process that carries out a release is still to be believed in. */
const isUnderWay = async ({ state, context }: Session, release: PlacedRelease): Promise<boolean> => {
  const [held] = await listLeases(state, context.system.processes, release.placeId);
  return held?.condition === 'fresh';
};

const describe = (release: PlacedRelease, underWay: boolean): Diagnostic =>
  underWay
    ? warning('release-under-way', {
        detail: `Release ${release.id} of ${release.version} to "${release.target}" is under way.`,
        address: release.target,
        hint: `Follow it with:\n\n    m3forge logs ${release.id} --follow`,
      })
    : warning('release-unfinished', {
        detail: `Release ${release.id} of ${release.version} to "${release.target}" was left unfinished by a process that is gone.`,
        address: release.target,
        hint: 'The next apply ends it first. To end it now, run:\n\n    m3forge recover',
      });

/** What has begun in the environments of these targets and has no end yet: what is seen there may not stay. */
export const unfinishedWarnings = async (
  session: Session,
  targets: readonly TargetConfig[],
): Promise<readonly Diagnostic[]> => {
  const environments = new Set(targets.map(({ environment }) => environment));
  const warnings: Diagnostic[] = [];
  for (const release of await unfinishedReleases(session.state)) {
    if (environments.has(release.environment)) warnings.push(describe(release, await isUnderWay(session, release)));
  }
  return warnings;
};
