import type { TargetConfig } from '../config/index.ts';
import { type Outcome, success } from '../diagnostics/index.ts';
import { isUndisturbed, refresh } from '../plan/index.ts';
import { listAvoids, listHolds, listReleases, type ReleaseRecord } from '../state/index.ts';
import { type OperationContext, type Session, withSession } from './session.ts';
import { isEnabled, requireTarget } from './targets.ts';
import { unfinishedWarnings } from './unfinished.ts';

/** What runs at one target, and what happened there last. */
export interface TargetStatus {
  readonly target: string;
  readonly environment: string;
  readonly enabled: boolean;
  readonly place: string;
  /** What the place really runs; null where nothing was ever activated. */
  readonly version: string | null;
  readonly sequence: number;
  /** Somebody changed the place by hand. */
  readonly drifted: boolean;
  /** When the pointer of the place was last moved. */
  readonly active_since: string | null;
  readonly last_release: { readonly id: string; readonly version: string; readonly state: string } | null;
  readonly avoided: readonly string[];
  /** Why its releases are stopped, one reason for each hold. */
  readonly held: readonly string[];
}

const statusOf = async (session: Session, target: TargetConfig): Promise<TargetStatus> => {
  const place = await session.place(target);
  const reading = await refresh(place.store, session.state);
  const [last] = await listReleases(session.state, { targets: [target.name], limit: 1, placed: true });
  const avoids = reading.status ? await listAvoids(session.state, reading.status.placeId) : [];
  return {
    target: target.name,
    environment: target.environment,
    enabled: isEnabled(session.config, target),
    place: place.address,
    version: reading.status?.marker?.version ?? null,
    sequence: reading.status?.active ?? 0,
    drifted: !isUndisturbed(reading),
    active_since: reading.status?.active ? (reading.status.activation?.at.toISOString() ?? null) : null,
    last_release: last ? { id: last.id, version: last.version, state: last.state } : null,
    avoided: [...new Set(avoids.map(({ version }) => version))],
    held: (await listHolds(session.state, target.name)).map(({ reason }) => reason),
  };
};

export interface StatusRequest {
  readonly targets: readonly string[];
  readonly lockTimeoutMs: number;
}

/** `m3forge status`: what runs where. */
export const status = (context: OperationContext, request: StatusRequest): Promise<Outcome<readonly TargetStatus[]>> =>
  withSession(
    context,
    { command: 'm3forge status', permit: 'view', lockTimeoutMs: request.lockTimeoutMs },
    async (session) => {
      const names = request.targets.length > 0 ? request.targets : [...session.config.targets.keys()];
      const rows: TargetStatus[] = [];
      const targets = names.map((name) => requireTarget(session.config, name));
      for (const target of targets) rows.push(await statusOf(session, target));
      return success(rows, await unfinishedWarnings(session, targets));
    },
  );

/** A release as histories show it. */
export interface HistoryEntry {
  readonly id: string;
  readonly target: string;
  readonly environment: string;
  readonly kind: ReleaseRecord['kind'];
  readonly state: ReleaseRecord['state'];
  readonly version: string;
  readonly from_version: string | null;
  readonly requested_by: string;
  readonly reason: string | null;
  /** What becomes of it where it fails after its activation: it goes back, or stays active. */
  readonly on_failure: ReleaseRecord['onFailure'];
  readonly plan_digest: string;
  readonly backup: string | null;
  readonly failure: ReleaseRecord['failure'];
  readonly created_at: string;
  /** When it is overdue while it waits for approvals; null for never. */
  readonly due_at: string | null;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  /** Working time, from the start under the lease to the end; null while there is no end. */
  readonly duration_ms: number | null;
  /** How long it waited for approvals; null where it did not, or does so still. */
  readonly waiting_ms: number | null;
}

const waitingMs = ({ waitingSince, startedAt, endedAt }: ReleaseRecord): number | null => {
  const until = startedAt ?? endedAt;
  return waitingSince && until ? until.getTime() - waitingSince.getTime() : null;
};

export const historyEntry = (release: ReleaseRecord): HistoryEntry => ({
  id: release.id,
  target: release.target,
  environment: release.environment,
  kind: release.kind,
  state: release.state,
  version: release.version,
  from_version: release.fromVersion,
  requested_by: release.requestedBy,
  reason: release.reason,
  on_failure: release.onFailure,
  plan_digest: release.planDigest,
  backup: release.backupId,
  failure: release.failure,
  created_at: release.createdAt.toISOString(),
  due_at: release.dueAt?.toISOString() ?? null,
  started_at: release.startedAt?.toISOString() ?? null,
  ended_at: release.endedAt?.toISOString() ?? null,
  duration_ms: release.startedAt && release.endedAt ? release.endedAt.getTime() - release.startedAt.getTime() : null,
  waiting_ms: waitingMs(release),
});

/** `m3forge history`: past releases, newest first, failures included. */
export const history = (context: OperationContext, request: StatusRequest): Promise<Outcome<readonly HistoryEntry[]>> =>
  withSession(
    context,
    { command: 'm3forge history', permit: 'view', lockTimeoutMs: request.lockTimeoutMs },
    async (session) => {
      for (const name of request.targets) requireTarget(session.config, name);
      const releases = await listReleases(
        session.state,
        request.targets.length > 0 ? { targets: request.targets } : {},
      );
      return success(releases.map(historyEntry));
    },
  );
