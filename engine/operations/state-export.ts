import { type Outcome, success } from '../diagnostics/index.ts';
import {
  changesOfVersion,
  findAudit,
  listGates,
  listHolds,
  listOccurrences,
  listOutbox,
  listReviews,
  listSteps,
  listVotes,
  type Records,
  readAtOneMoment,
  readRecords,
  type State,
  type StateHandle,
  smokeRunsOf,
} from '../state/index.ts';
import { backupView } from './backup.ts';
import { changeSetView } from './change-set-views.ts';
import { holdView } from './holds.ts';
import type { CarriedChange } from './lineage.ts';
import { messageView } from './notify.ts';
import { voteView } from './releases.ts';
import { reviewView } from './review-views.ts';
import { type OperationContext, withSession } from './session.ts';
import { declaredView, placeView } from './state-records.ts';
import { historyEntry } from './status.ts';
import { type VersionView, versionView } from './version-views.ts';

/** A version with what it brought; null where that is not recorded. */
interface ExportedVersion extends VersionView {
  readonly changes: readonly Omit<CarriedChange, 'change_set'>[] | null;
  readonly changes_left_out: number | null;
}

const versionsOf = async (state: StateHandle, { versions }: Records): Promise<readonly ExportedVersion[]> => {
  const all: ExportedVersion[] = [];
  for (const record of versions) {
    const brought = await changesOfVersion(state, record.name);
    const changes = brought?.changes.map(({ commit, pullRequest, title, author }) => ({
      ...{ commit, pull_request: pullRequest, title, author },
    }));
    all.push({ ...versionView(record), changes: changes ?? null, changes_left_out: brought?.leftOut ?? null });
  }
  return all;
};

const exportOf = async (state: State, handle: StateHandle, context: OperationContext) => {
  const records = await readRecords(handle);
  const releases = [];
  for (const release of records.releases.toReversed()) {
    const steps = (await listSteps(handle, release.id)).map(({ name, beganAt, endedAt, outcome, detail }) => ({
      name,
      began_at: beganAt.toISOString(),
      ended_at: endedAt?.toISOString() ?? null,
      outcome,
      detail,
    }));
    const gates = (await listGates(handle, release.id)).map(({ gate, verdict, passed, durationMs, evidence }) => ({
      gate,
      verdict,
      passed,
      duration_ms: durationMs,
      evidence,
    }));
    const votes = (await listVotes(handle, [release.id])).map(voteView);
    const runs = (await smokeRunsOf(handle, release.id)).map(({ durationMs, ...run }) => ({
      ...run,
      duration_ms: durationMs,
    }));
    releases.push({ ...historyEntry(release), place: release.placeId, steps, gates, smoke_runs: runs, votes });
  }
  return {
    format_version: '1.0',
    tool_version: context.toolVersion,
    lineage: state.lineage,
    exported_at: context.system.clock.now().toISOString(),
    places: records.places.map((place) => ({ id: place.id, address: place.address, ...placeView(records, place) })),
    versions: await versionsOf(handle, records),
    change_sets: records.changeSets.toReversed().map(changeSetView),
    releases,
    avoided: records.avoids.map(({ placeId, version, reason, releaseId, at }) => ({
      place: placeId,
      version,
      reason,
      release: releaseId,
      since: at.toISOString(),
    })),
    holds: (await listHolds(handle)).toReversed().map(holdView),
    reviews: (await listReviews(handle, { open: false })).toReversed().map(reviewView),
    due: (await listOccurrences(handle)).map(({ target, cause, key, dueAt, releaseId, note, outcome, settledAt }) => ({
      ...{ target, cause, key, note, outcome },
      due_at: dueAt.toISOString(),
      settled_at: settledAt?.toISOString() ?? null,
      release: releaseId,
    })),
    backups: records.backups.toReversed().map((backup) => ({ place: backup.placeId, ...backupView(backup) })),
    configuration: records.declared.map((one) => ({ address: one.address, ...declaredView(one) })),
    notifications: (await listOutbox(handle, { delivered: true })).toReversed().map(messageView),
    audit: await findAudit(handle),
  };
};

/** What `m3forge state export` makes: a document of plain values, for people and programs that have no m3forge. */
export type StateExport = Awaited<ReturnType<typeof exportOf>>;

/** `m3forge state export`: all that is recorded at one moment, oldest first. Bodies of artifacts are not recorded. */
export const exportState = (
  context: OperationContext,
  request: { readonly lockTimeoutMs: number },
): Promise<Outcome<StateExport>> =>
  withSession(context, { command: 'm3forge state export', permit: 'view', ...request }, async ({ state }) =>
    success(await readAtOneMoment(state, (handle) => exportOf(state, handle, context))),
  );
