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
): Promise<Outcome<Request | null>> => {
  if (asked.approvals === 0) return success(null);
  await settleOverdue(session);
  const [target, environment] = [asked.target ?? sharedName, asked.environment ?? ''];
  const request = await openRequest(session, {
    ...{ target, environment, placeId: null, kind: 'configuration', version: '', fromVersion: null, fromSeq: 0 },
    planId: asked.planId,
    planDigest: asked.digest,
    section: asked.section,
    scope: asked.scope,
    onFailure: 'rollback',
    reason: asked.reason,
  });
  const standing = await standingNow(
    session,
    asked.targets,
    { ...asked, requestedBy: request.requestedBy },
    request.id,
  );
  if (standing.missing === 0) return success(request);
  const { digest, approvals, approval } = asked;
  await awaitApprovals(session, request, {
    ...{ kind: 'configuration', target, environment, version: '', digest, approvals },
    ...(approval && { approval }),
    publishesAt: null,
    voids: new Map(),
  });
  const what = { subject: subjectOf(asked), address: asked.target ?? 'configuration', releaseId: request.id };
  return failure([approvalMissing(what, standing)]);
};
