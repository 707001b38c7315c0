import type { ApprovalDemand } from '../plan/index.ts';
import type { Vote } from '../state/index.ts';
import type { Digest } from '../values/index.ts';
import { type Authority, faultOfActor, type Ground, whoMay } from './roles/authority.ts';

/** What needs approvals: a section of a plan, as it was asked for. */
export interface Asked {
  /** How many, by different people. */
  readonly approvals: number;
  readonly approval?: ApprovalDemand;
  readonly digest: Digest;
  /** Who asked for it. */
  readonly requestedBy: string;
  /** Who has which role, and where it is done. */
  readonly authority: Authority;
  readonly grounds: readonly Ground[];
}

/** How far the approvals of something have come. */
export interface Standing {
  readonly needed: number;
  /** Who approved, in the order in which they did; those alone whose word counts. */
  readonly given: readonly string[];
  readonly missing: number;
  /** Those who may and have not yet; null where anybody else may. */
  readonly mayApprove: readonly string[] | null;
}

/** With a list of roles, who approves has one of them, whatever else they are. */
const faultOfRole = (by: string, { approval, authority, grounds }: Asked): string | undefined => {
  const fault = faultOfActor(authority, by, 'approve', grounds);
  if (fault !== undefined) return fault;
  const allowed = approval?.allowed_roles;
  const roles = authority.members?.get(by) ?? [];
  if (!allowed || roles.every((role) => allowed.includes(role))) return undefined;
  return `is ${roles.join(', by the file ')}, and those who approve here are ${allowed.join(' or ')}`;
};

/** Why the word of somebody does not count, as the rest of a sentence about them; undefined where it does. Pure. */
export const faultOfApprover = (by: string, asked: Asked): string | undefined => {
  const { approval, requestedBy } = asked;
  const allowed = approval?.allowed_approvers ?? null;
  if (allowed && !allowed.includes(by)) return `is not among those who may approve: ${allowed.join(', ')}`;
  const separation = approval?.separation_of_duties ?? 'off';
  if (separation !== 'off' && by === requestedBy) {
    return 'asked for this release, and nobody approves what they asked for themselves';
  }
  if (separation === 'committers' && approval?.committers?.includes(by)) {
    return 'wrote a part of what this release brings, and nobody approves what they wrote themselves';
  }
  return faultOfRole(by, asked);
};

/** Those whose role would do, where roles decide. */
const byRole = ({ authority, grounds }: Asked): readonly string[] | null => {
  const able = grounds.map((ground) => whoMay(authority, 'approve', ground));
  return able.reduce(
    (both, names) => (both && names ? both.filter((name) => names.includes(name)) : (both ?? names)),
    null,
  );
};

/**
 * Counts the approvals of exactly this section. A vote about another digest counts for nothing, nor does one of somebody
 * who may not approve by the rules of now. Pure.
 */
export const standingOf = (asked: Asked, votes: readonly Vote[]): Standing => {
  const counting = votes.filter(
    ({ by, decision, planDigest }) =>
      decision === 'approved' && planDigest === asked.digest && faultOfApprover(by, asked) === undefined,
  );
  const given = [...new Set(counting.map(({ by }) => by))];
  const allowed = asked.approval?.allowed_approvers ?? byRole(asked);
  return {
    needed: asked.approvals,
    given,
    missing: Math.max(0, asked.approvals - given.length),
    mayApprove: allowed?.filter((name) => !given.includes(name) && faultOfApprover(name, asked) === undefined) ?? null,
  };
};

/** Who may, as words: `alice or bob`. */
export const approversText = ({ mayApprove }: Standing): string => {
  if (mayApprove === null) return 'Anybody else';
  const [last = 'nobody', ...others] = [...mayApprove].reverse();
  return others.length === 0 ? last : `${others.reverse().join(', ')} or ${last}`;
};
