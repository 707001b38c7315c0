import { approvalMissing } from '../clearance/index.ts';
import { failure, type Outcome, success } from '../diagnostics/index.ts';
import type { ApprovalDemand } from '../plan/index.ts';
import type { PlannedScope } from '../state/index.ts';
import type { Digest, JsonValue } from '../values/index.ts';
import { awaitApprovals, openRequest, type Request, settleOverdue, standingNow } from './requests.ts';
import type { Session } from './session.ts';

/** A change of the configuration without a release, and the approvals that it needs. */
export interface AskedConfiguration {
  /** Null for what affects several. */
  readonly target: string | null;
  readonly environment: string | null;
  /** The targets whose rules it is held to. */
  readonly targets: readonly string[];
  readonly digest: Digest;
  readonly approvals: number;
  readonly approval?: ApprovalDemand;
  readonly planId: string;
  readonly reason: string | null;
  /** What is kept of it, so that it can be shown and gone on with. */
  readonly section: JsonValue;
  readonly scope: PlannedScope;
  /** The id of the request that waits for exactly this and goes on; undefined where it is asked for now. */
  readonly resumes: string | undefined;
}

/** A request that may be recorded. */
export interface Cleared extends Request {
  /** Who agreed to it, in the order in which they did. */
  readonly approvedBy: readonly string[];
}

/** What waits under this name is the configuration that affects several targets. */
export const sharedName = '';

const subjectOf = ({ target }: AskedConfiguration): string =>
  target === null ? 'The configuration that several targets share' : `The configuration of "${target}"`;

/**
 * The right to record a change of the configuration: null where nobody needs to agree, the request that was approved, or
 * why it waits. Whoever could loosen rules by recording that alone would need nobody's approval for anything.
 */
export const clearConfiguration = async (
  session: Session,
  asked: AskedConfiguration,
): Promise<Outcome<Cleared | null>> => {
  // What waited and needs nobody any more is used up all the same: nobody is to find it waiting afterwards.
  if (asked.approvals === 0 && asked.resumes === undefined) return success(null);
  await settleOverdue(session);
  const [target, environment] = [asked.target ?? sharedName, asked.environment ?? ''];
  const request = await openRequest(
    session,
    {
      ...{ target, environment, placeId: null, kind: 'configuration', version: '', fromVersion: null, fromSeq: 0 },
      planId: asked.planId,
      planDigest: asked.digest,
      section: asked.section,
      scope: asked.scope,
      onFailure: 'rollback',
      reason: asked.reason,
    },
    { resumes: asked.resumes },
  );
  const standing = ({ id, requestedBy }: Request) => standingNow(session, asked.targets, { ...asked, requestedBy }, id);
  const own = await standing(request);
  if (own.missing === 0) return success({ ...request, approvedBy: own.given });
  const { digest, approvals, approval } = asked;
  const waiting = await awaitApprovals(session, request, {
    ...{ kind: 'configuration', target, environment, version: '', digest, approvals },
    ...(approval && { approval }),
    publishesAt: null,
    voids: new Map(),
  });
  const what = { subject: subjectOf(asked), address: asked.target ?? 'configuration', releaseId: waiting.id };
  return failure([approvalMissing(what, waiting.id === request.id ? own : await standing(waiting))]);
};
