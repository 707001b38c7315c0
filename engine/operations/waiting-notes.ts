import { hasRelease, hasWork, type PlanSection } from '../plan/index.ts';
import { type ReleaseRecord, waitingReleases } from '../state/index.ts';
import type { Session } from './session.ts';

/** The releases that wait for the target of a section, or for its place, which moves with it; none where there is nothing to do. */
export const waitingBeside = async (
  { state }: Session,
  section: PlanSection,
  placeId: string | undefined,
): Promise<readonly ReleaseRecord[]> =>
  hasWork(section)
    ? (await waitingReleases(state)).filter(
        (one) => one.target === section.target || (placeId !== undefined && one.placeId === placeId),
      )
    : [];

/** Whether a release waits for exactly what a section says. */
export const isWaitingFor = ({ target, digest }: PlanSection, release: ReleaseRecord): boolean =>
  release.target === target && release.planDigest === digest;

/** What a reader of a plan should know of a release that waits: it is this one, or this one voids it. */
const noteFor = (section: PlanSection, release: ReleaseRecord): string => {
  const short = release.id.slice(0, 8);
  if (isWaitingFor(section, release)) {
    return `Release ${short} waits for exactly this; "m3forge explain ${short}" says for whom.`;
  }
  return release.target === section.target
    ? `Release ${short} waits for what was planned before; applying this takes its place, and its approvals with it.`
    : `Release ${short} to "${release.target}" waits to move the same place; applying this ends it, and its approvals with it.`;
};

/**
 * A section with what waits beside it. What is released ends all of that; a change of the configuration alone only what
 * waits for the same target, once it waits itself. Notes are outside of the digest, so nothing of it moves. Pure.
 */
export const withWaiting = (section: PlanSection, waiting: readonly ReleaseRecord[]): PlanSection => {
  const ended = waiting.filter(
    ({ target }) => hasRelease(section) || (section.approvals > 0 && target === section.target),
  );
  return { ...section, notes: [...section.notes, ...ended.map((one) => noteFor(section, one))] };
};
