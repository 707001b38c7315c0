import { nextPublish, type TargetConfig } from '../config/index.ts';
import { type Outcome, success } from '../diagnostics/index.ts';
import { type ConfigurationPlan, isUndisturbed, refresh } from '../plan/index.ts';
import { reasonOf } from '../release/index.ts';
import {
  type GateVerdict,
  gatesOfReleases,
  holdsOf,
  listAvoids,
  listReleases,
  momentNow,
  openOccurrences,
  type ReleaseRecord,
} from '../state/index.ts';
import { noScope, readConfiguration } from './configuration.ts';
import { reviewsOf } from './plan-desired.ts';
import { type OperationContext, type Session, withSession } from './session.ts';
import { targetInForce } from './target-in-force.ts';
import { isEnabled, requireTarget } from './targets.ts';
import { unfinishedWarnings } from './unfinished.ts';

/** What runs at one target, and what happened there last. */
export interface TargetStatus {
  /** Of the configuration, so that whoever keeps this knows what it is about. */
  readonly project: string;
  /** When that was so. */
  readonly as_of: string;
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
  /** What came to its place in an emergency and has not passed its gates yet. */
  readonly unreviewed: readonly string[];
  /** When its schedule begins a release next; null where it has none. */
  readonly next_publish: string | null;
  /** What is due or new, and has not begun or not ended. */
  readonly due: readonly { readonly reason: string; readonly release: string | null; readonly note: string | null }[];
}

const statusOf = async (
  session: Session,
  target: TargetConfig,
  configuration: ConfigurationPlan,
): Promise<TargetStatus> => {
  const place = await session.place(target);
  const reading = await refresh(place.store, session.state);
  const [last] = await listReleases(session.state, { targets: [target.name], limit: 1, placed: true });
  const avoids = reading.status ? await listAvoids(session.state, reading.status.placeId) : [];
  const reviews = await reviewsOf(session, reading.status?.placeId);
  const { schedule } = await targetInForce(session, target, configuration);
  const isOn = isEnabled(session.config, target);
  const next = schedule && isOn ? nextPublish(schedule, await momentNow(session.state)) : null;
  const open = await openOccurrences(session.state, [target.name]);
  return {
    project: session.config.project,
    as_of: session.context.system.clock.now().toISOString(),
    target: target.name,
    environment: target.environment,
    enabled: isOn,
    place: place.address,
    version: reading.status?.marker?.version ?? null,
    sequence: reading.status?.active ?? 0,
    drifted: !isUndisturbed(reading),
    active_since: reading.status?.active ? (reading.status.activation?.at.toISOString() ?? null) : null,
    last_release: last ? { id: last.id, version: last.version, state: last.state } : null,
    avoided: [...new Set(avoids.map(({ version }) => version))],
    held: (await holdsOf(session.state, target)).map(({ reason }) => reason),
    unreviewed: [...new Set(reviews.map(({ version }) => version))],
    next_publish: next?.toISOString() ?? null,
    due: open.map((one) => ({ reason: reasonOf(one), release: one.releaseId, note: one.note })),
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
      const configuration = await readConfiguration(session, noScope);
      for (const target of targets) rows.push(await statusOf(session, target, configuration));
      return success(rows, await unfinishedWarnings(session, targets));
    },
  );

/** A release as histories show it. */
export interface HistoryEntry {
  readonly id: string;
  readonly target: string;
  readonly environment: string;
  readonly kind: ReleaseRecord['kind'];
  /** Its gates were skipped; its reason says why. */
  readonly emergency: boolean;
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
  emergency: release.isEmergency,
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

/** A release with how its gates ended. */
export interface HistoryLine extends HistoryEntry {
  readonly gates: readonly { readonly gate: string; readonly verdict: GateVerdict; readonly duration_ms: number }[];
}

/** `m3forge history`: past releases, newest first, failures included. */
export const history = (context: OperationContext, request: StatusRequest): Promise<Outcome<readonly HistoryLine[]>> =>
  withSession(
    context,
    { command: 'm3forge history', permit: 'view', lockTimeoutMs: request.lockTimeoutMs },
    async (session) => {
      for (const name of request.targets) requireTarget(session.config, name);
      const releases = await listReleases(
        session.state,
        request.targets.length > 0 ? { targets: request.targets } : {},
      );
      const ids = releases.map(({ id }) => id);
      const judged = await gatesOfReleases(session.state, ids);
      const gatesOf = (id: string): HistoryLine['gates'] =>
        (judged.get(id) ?? []).map(({ gate, verdict, durationMs }) => ({ gate, verdict, duration_ms: durationMs }));
      return success(releases.map((release) => ({ ...historyEntry(release), gates: gatesOf(release.id) })));
    },
  );
