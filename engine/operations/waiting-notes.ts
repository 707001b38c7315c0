import { hasWork, type PlanSection } from '../plan/index.ts';
import { waitingReleases } from '../state/index.ts';
import type { Session } from './session.ts';

/** What a reader of a plan should know of a release that waits for the same target: it is this one, or this one voids it. */
const notesFor = async ({ state }: Session, section: PlanSection): Promise<readonly string[]> =>
  (await waitingReleases(state, section.target)).map(({ id, planDigest }) => {
    const short = id.slice(0, 8);
    return planDigest === section.digest
      ? `Release ${short} waits for exactly this; "m3forge explain ${short}" says for whom.`
      : `Release ${short} waits for what was planned before; applying this takes its place, and its approvals with it.`;
  });

/** A section with what waits for its target. Notes are outside of the digest, so nothing of it moves. */
export const withWaiting = async (session: Session, section: PlanSection): Promise<PlanSection> =>
  section.approvals === 0 || !hasWork(section)
    ? section
    : { ...section, notes: [...section.notes, ...(await notesFor(session, section))] };
