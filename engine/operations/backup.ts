import { withHold } from '../apply/index.ts';
import { loadBackup, pruneBackups, takeBackup, type Verifier, verifyBackup } from '../backups/index.ts';
import type { TargetConfig } from '../config/index.ts';
import { type Diagnostic, failure, type Outcome, problem, refuse, success } from '../diagnostics/index.ts';
import { type Desired, refresh } from '../plan/index.ts';
import type { PruneResult } from '../provider/index.ts';
import { type BackupRecord, backupsInNeed, listBackups } from '../state/index.ts';
import { type ApplyManner, type ApplyReport, applyAlone } from './apply-planned.ts';
import { accessOf, type OpenPlace } from './connections.ts';
import { type PlannedTarget, planDesired } from './plan-desired.ts';
import { sequencesToKeep } from './prune-place.ts';
import { recoverPlaces } from './recover.ts';
import { refusableRelease } from './refused.ts';
import { asOutcome, type OperationContext, type Session, withSession } from './session.ts';
import { requireTarget } from './targets.ts';
import { touchedTargets } from './touched-targets.ts';

/** A backup as lists show it. */
export interface BackupView {
  readonly id: string;
  readonly environment: string;
  readonly version: string | null;
  readonly sequence: number;
  readonly manifest_digest: string;
  readonly bodies: number;
  readonly bytes: number;
  readonly release: string | null;
  readonly created_at: string;
  readonly verified_at: string | null;
}

export const backupView = (record: BackupRecord): BackupView => ({
  id: record.id,
  environment: record.environment,
  version: record.version,
  sequence: record.seq,
  manifest_digest: record.manifestDigest,
  bodies: record.bodies,
  bytes: record.bytes,
  release: record.releaseId,
  created_at: record.createdAt.toISOString(),
  verified_at: record.verifiedAt?.toISOString() ?? null,
});

interface Waiting {
  readonly lockTimeoutMs: number;
}

const holdOf = (session: Session, place: OpenPlace, operation: string, { lockTimeoutMs }: Waiting) => ({
  system: session.context.system,
  state: session.state,
  place: accessOf(place),
  holder: session.context.actor,
  operation,
  ciRun: session.context.ciRun,
  lockTimeoutMs,
  create: false,
});

/** `m3forge backup create`: a backup by hand of what is active. */
export const createBackup = (
  context: OperationContext,
  request: Waiting & { readonly target: string },
): Promise<Outcome<{ readonly backup: BackupView | null; readonly detail: string }>> =>
  withSession(
    context,
    { command: 'm3forge backup create', permit: 'keep', ...request, tells: true },
    async (session) => {
      const target = requireTarget(session.config, request.target);
      await session.authorize('keep', [target.name]);
      const place = await session.place(target);
      const backups = await session.backups();
      await backups.check();
      const { backup, detail } = await withHold(holdOf(session, place, 'backup create', request), async (hold) =>
        takeBackup({
          system: context.system,
          state: session.state,
          lease: hold.lease,
          store: place.store,
          backups,
          environment: place.environment,
          releaseId: null,
          reading: await refresh(place.store, session.state),
        }),
      );
      return success({ backup: backup && backupView(backup), detail });
    },
  );

/** `m3forge backup list`: the backups that can be used, newest first. */
export const listAllBackups = (
  context: OperationContext,
  request: Waiting & { readonly target: string | undefined },
): Promise<Outcome<readonly BackupView[]>> =>
  withSession(context, { command: 'm3forge backup list', permit: 'view', ...request }, async (session) => {
    if (request.target === undefined) return success((await listBackups(session.state)).map(backupView));
    const status = await (await session.place(requireTarget(session.config, request.target))).store.status();
    return success(status ? (await listBackups(session.state, status.placeId)).map(backupView) : []);
  });

const requireBackup = async (session: Session, id: string): Promise<BackupRecord> => {
  const found = (await listBackups(session.state)).filter((record) => record.id.startsWith(id));
  const [record] = found;
  if (!record || found.length > 1 || id.length < 4) {
    throw refuse('backup-unknown', {
      detail: found.length > 1 ? `More than one backup begins with "${id}".` : `There is no backup "${id}".`,
      hint: 'Backups and their ids are listed by:\n\n    m3forge backup list',
    });
  }
  return record;
};

const verifierOf = async ({ backups, state, context }: Session): Promise<Verifier> => ({
  backups: await backups(),
  state,
  system: context.system,
  actor: context.actor,
});

/** How the verification of one backup ended. */
export interface VerifiedBackup {
  readonly id: string;
  readonly artifacts: number;
  readonly bodies: number;
  readonly missing: number;
  readonly full: boolean;
}

/** `m3forge backup verify`: one backup, or all of them. */
export const verifyBackups = (
  context: OperationContext,
  request: Waiting & { readonly id: string | undefined; readonly full: boolean },
): Promise<Outcome<readonly VerifiedBackup[]>> =>
  withSession(context, { command: 'm3forge backup verify', permit: 'keep', ...request }, async (session) => {
    const records =
      request.id === undefined ? await listBackups(session.state) : [await requireBackup(session, request.id)];
    for (const environment of new Set(records.map((one) => one.environment))) {
      await session.authorize('keep', await touchedTargets(session, { target: null, environment }));
    }
    const verifier = await verifierOf(session);
    const verified: VerifiedBackup[] = [];
    const damaged: Diagnostic[] = [];
    for (const record of records) {
      const report = await asOutcome(async () => success(await verifyBackup(verifier, record, { full: request.full })));
      if (report.ok) {
        verified.push({ id: record.id, ...report.value, full: request.full });
        continue;
      }
      damaged.push(...report.diagnostics);
      // A store that does not answer would say the same of every backup that is left.
      if (report.diagnostics.some(({ code }) => code !== 'backup-damaged')) break;
    }
    if (damaged.length > 0) return failure(damaged);
    return success(verified);
  });

export interface RestoreRequest extends ApplyManner {
  readonly id: string;
  readonly target: string;
}

const desiredFrom = async (session: Session, record: BackupRecord): Promise<Outcome<Desired>> => {
  const loaded = await loadBackup(await session.backups(), session.state, record);
  if (loaded.missing.length > 0) {
    return failure([
      problem('backup-incomplete', {
        detail: `Backup ${record.id} lacks ${loaded.missing.length} bodies that had been changed by hand when it was taken.`,
        hint: `Apply ${record.version ?? 'the version'} from Git instead.`,
      }),
    ]);
  }
  return success({
    version: record.version ?? 'v0.0.0',
    commit: null,
    manifestDigest: record.manifestDigest,
    seq: null,
    lines: () => Promise.resolve(loaded.lines),
    bodies: (digests) => loaded.readBodies(digests),
  });
};

/** Plans to bring the content of a backup back, which is read to its last byte for that. */
export const planRestore = async (
  session: Session,
  target: TargetConfig,
  id: string,
): Promise<Outcome<PlannedTarget>> => {
  const place = await session.place(target);
  const record = await requireBackup(session, id);
  const reading = await refresh(place.store, session.state);
  if (record.placeId !== reading.status?.placeId) {
    throw refuse('backup-of-another-place', {
      detail: `Backup ${record.id} was taken of the environment "${record.environment}", which is another place than that of "${target.name}".`,
    });
  }
  // Before anything begins: half of a backup must not be found damaged in the middle of a release.
  await verifyBackup(await verifierOf(session), record, { full: true });
  const desired = await desiredFrom(session, record);
  if (!desired.ok) return desired;
  const planned = await planDesired(session, target, place, reading, {
    kind: 'restore',
    desired: desired.value,
    notes: [],
    allowDeletes: true,
    backup: record.id,
  });
  return success(planned);
};

/** `m3forge backup restore`: brings a backup's content back, as a release of its own. */
export const restoreBackup = (context: OperationContext, request: RestoreRequest): Promise<Outcome<ApplyReport>> =>
  withSession(
    context,
    { command: 'm3forge backup restore', permit: 'release', ...request, tells: true },
    refusableRelease({ what: 'restore', target: request.target }, async (session) => {
      const target = requireTarget(session.config, request.target);
      await recoverPlaces(session, [target], request.lockTimeoutMs, request.report);
      const planned = await planRestore(session, target, request.id);
      return planned.ok ? applyAlone(session, planned.value, request) : planned;
    }),
  );

/** What pruning took away. */
export interface Pruned {
  readonly backups: readonly string[];
  readonly bytes: number;
  readonly place: PruneResult;
}

/** `m3forge backup prune`: old backups, and sequences of the place that nothing can go back to any more. */
export const prune = (
  context: OperationContext,
  request: Waiting & { readonly target: string },
): Promise<Outcome<Pruned>> =>
  withSession(
    context,
    { command: 'm3forge backup prune', permit: 'manage', ...request, tells: true },
    async (session) => {
      const { config, state } = session;
      const target = requireTarget(config, request.target);
      // A release that is still to be undone needs the sequence that it started from.
      await recoverPlaces(session, [target], request.lockTimeoutMs, () => undefined);
      const place = await session.place(target);
      const backups = await session.backups();
      const { keepLast, maxAgeDays } = config.backups;
      return withHold(holdOf(session, place, 'backup prune', request), async (hold) => {
        const { activation, marker } = (await place.store.status()) ?? {};
        const active = [activation?.releaseId, marker?.releaseId].filter((id) => id !== undefined);
        const removed = await pruneBackups({
          system: context.system,
          state,
          lease: hold.lease,
          backups,
          placeId: hold.placeId,
          keepLast,
          maxAgeDays,
          neededIds: await backupsInNeed(state, hold.placeId, active),
        });
        const keep = await sequencesToKeep(state, place.store, keepLast);
        const pruned = await place.store.prune({ fence: hold.fence, keep });
        return success({ backups: removed.removed, bytes: removed.bytes, place: pruned });
      });
    },
  );
