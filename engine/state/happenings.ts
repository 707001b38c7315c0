import type { Queryable } from '../database/index.ts';
import type { ReleaseFailure } from './releases.ts';

/** What is known whenever something is told that somebody asked for: a release, or a change of the configuration alone. */
export interface AskedFacts {
  /** The id of the release. */
  readonly release: string;
  readonly kind: 'release' | 'rollback' | 'restore' | 'configuration';
  /** Null for the configuration that several targets share. */
  readonly target: string | null;
  /** Null for what is of no one environment. */
  readonly environment: string | null;
  /** Empty for the configuration. */
  readonly version: string;
  /** The version that was active before; null where nothing was. */
  readonly from: string | null;
  /** Who asked for it. */
  readonly by: string;
  readonly reason: string | null;
}

/** What is known of the review that an emergency leaves. */
interface ReviewFacts {
  /** The id of the release that was the emergency. */
  readonly review: string;
  readonly target: string;
  readonly environment: string;
  readonly version: string;
  /** The gates that were skipped. */
  readonly gates: readonly string[];
  /** Who declared the emergency. */
  readonly by: string;
}

/** The same of what moves a place. */
export interface ReleaseFacts extends AskedFacts {
  readonly kind: 'release' | 'rollback' | 'restore';
  readonly target: string;
  readonly environment: string;
}

interface HoldFacts {
  /** The id of the hold, or of the place where it is an avoided version that was lifted. */
  readonly hold: string;
  /** Null where it stops every target, or every one of an environment. */
  readonly target: string | null;
  readonly environment: string | null;
  readonly reason: string;
  readonly by: string;
}

/** How many have approved, and how many have to. */
interface ApprovalCount {
  readonly given: number;
  readonly needed: number;
}

interface FailureFacts extends ReleaseFacts {
  readonly failure: ReleaseFailure;
  /** The version that is active now; null where nothing is. */
  readonly active: string | null;
}

type OfRelease =
  | ({ readonly event: 'started' } & ReleaseFacts)
  | ({ readonly event: 'succeeded' } & ReleaseFacts)
  | ({ readonly event: 'failed' } & FailureFacts)
  | ({ readonly event: 'rolled_back' } & FailureFacts)
  | ({ readonly event: 'rollback_failed' } & FailureFacts)
  /** A dead process had left it; `by` asked for it, and `recovered_by` ended it. */
  | ({
      readonly event: 'recovered';
      readonly outcome: 'succeeded' | 'failed' | 'rolled_back';
      readonly why: string;
      readonly active: string | null;
      readonly recovered_by: string;
    } & ReleaseFacts);

type OfEmergency =
  /** It has begun without its gates and without approvals; the `reason` of the release is what was said for that. */
  | ({
      readonly event: 'emergency_started';
      readonly gates_skipped: readonly string[];
      readonly approvals_replaced: number;
    } & ReleaseFacts)
  | ({ readonly event: 'review_opened' } & ReviewFacts)
  /** `outcome` says whether the gates passed, or nothing runs of it any more. */
  | ({
      readonly event: 'review_closed';
      readonly outcome: 'passed' | 'superseded' | 'not_active';
      readonly closed_by: string;
      readonly comment: string | null;
    } & ReviewFacts);

type OfApproval =
  /** `approvers` may approve it, where that is limited to some; `until` is when it is rejected by itself, in ISO 8601. */
  | ({
      readonly event: 'approval_requested';
      readonly approvers: readonly string[];
      readonly until: string | null;
    } & ApprovalCount &
      AskedFacts)
  | ({ readonly event: 'approved'; readonly approver: string; readonly comment: string | null } & ApprovalCount &
      AskedFacts)
  | ({ readonly event: 'rejected'; readonly approver: string; readonly comment: string | null } & AskedFacts)
  /** `canceller` took back what had not begun; `why` is what they said. */
  | ({ readonly event: 'cancelled'; readonly canceller: string; readonly why: string } & AskedFacts)
  | ({ readonly event: 'expired' } & ApprovalCount & AskedFacts)
  /** `superseded_by` is the id of the release that took its place. */
  | ({ readonly event: 'superseded'; readonly superseded_by: string | null } & AskedFacts);

type OfHold =
  /** `begins` is null where it is in force at once. */
  | ({ readonly event: 'hold_added'; readonly begins: string | null; readonly until: string | null } & HoldFacts)
  /** `version` is the one that was avoided, where it was no hold; `held_for` is why it had been held. */
  | ({
      readonly event: 'hold_lifted';
      readonly version: string | null;
      readonly held_for: string | null;
    } & HoldFacts);

type OfVersion =
  | {
      readonly event: 'version_created';
      readonly version: string;
      readonly commit: string;
      /** The version that it follows; null for the first. */
      readonly base: string | null;
      /** How far the number rose; null for a version that was only named. */
      readonly bump: string | null;
      readonly by: string;
    }
  | {
      readonly event: 'version_deprecated';
      readonly version: string;
      readonly reason: string;
      readonly by: string;
    };

/** A release as the host of the repository is told of it, which keeps it beside the commit; nobody else is told this. */
type OfDeployment = {
  readonly event: 'deployment';
  readonly state: 'in_progress' | 'success' | 'failure';
  /** That of the version. */
  readonly commit: string;
  readonly is_production: boolean;
} & ReleaseFacts;

/** Something that people want to be told of, as plain values: it is kept as JSON. */
export type Happening =
  | OfRelease
  | OfEmergency
  | OfApproval
  | OfHold
  | OfVersion
  | OfDeployment
  /** `addresses` are those of what was changed by hand. */
  | {
      readonly event: 'drift';
      readonly target: string;
      readonly environment: string;
      readonly version: string | null;
      readonly addresses: readonly string[];
    }
  /** A schedule is going to begin a release: `at` is when, in ISO 8601, and `version` what is wanted then, as it is written. */
  | {
      readonly event: 'publish_planned';
      readonly target: string;
      readonly environment: string;
      readonly at: string;
      readonly timezone: string;
      readonly version: string;
      /** The version that runs there now; null where nothing does. */
      readonly active: string | null;
    }
  /** Somebody tries whether those who would be told can be reached. */
  | { readonly event: 'test'; readonly target: string; readonly environment: string; readonly by: string };

/**
 * Tells those who want to know, within the transaction in which it happens: both are recorded or neither is. Nothing is
 * sent by it.
 */
export type Tell = (transaction: Queryable, happening: Happening) => Promise<void>;
