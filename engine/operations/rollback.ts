import type { TargetConfig } from '../config/index.ts';
import { failure, type Outcome, problem, success } from '../diagnostics/index.ts';
import {
  type Desired,
  type Former,
  formerOf,
  type PlaceReading,
  prepareVersion,
  previousOf,
  recordedVariables,
  refresh,
  variablesBetween,
} from '../plan/index.ts';
import { findVersions, releasesById } from '../state/index.ts';
import { type ManifestLine, parseVersionName } from '../values/index.ts';
import { isUntagged } from '../versions/index.ts';
import { type ApplyManner, type ApplyReport, applyAlone } from './apply-planned.ts';
import type { OpenPlace } from './connections.ts';
import { type PlannedTarget, planDesired } from './plan-desired.ts';
import { recoverPlaces } from './recover.ts';
import { refusableRelease } from './refused.ts';
import { type OperationContext, type Session, withSession } from './session.ts';
import { requireTarget } from './targets.ts';
import { findUntagged } from './untagged.ts';

export interface RollbackRequest extends ApplyManner {
  readonly target: string;
  /** A version that succeeded in this place; the previous one by default. */
  readonly to?: string | undefined;
}

const nowhere = (request: Pick<RollbackRequest, 'target' | 'to'>, present: string | null): Outcome<never> =>
  failure([
    problem('rollback-nowhere', {
      detail: request.to
        ? `${request.to} never succeeded in the place of "${request.target}".`
        : `No version ran in the place of "${request.target}" before ${present ?? 'now'}.`,
      address: request.target,
      hint: request.to
        ? `To bring it for the first time, release it:\n\n    m3forge apply --target ${request.target} --version ${request.to}`
        : `See what ran there with:\n\n    m3forge history --target ${request.target}`,
    }),
  ]);

const findFormer = async (
  session: Session,
  place: OpenPlace,
  present: string | null,
  to: string | undefined,
): Promise<Former | undefined> => {
  const activations = await place.store.activations();
  const markers = await place.store.markers({});
  const releases = await releasesById(session.state, [...new Set(activations.map(({ releaseId }) => releaseId))]);
  if (to === undefined) return previousOf(present, activations, markers, releases);
  const named =
    markers.find(({ version }) => version === to || parseVersionName(version)?.semver === to)?.version ?? to;
  return formerOf(named, activations, markers, releases);
};

/** The former sequence as it stands, where it is whole and nobody changed it by hand. */
const intactSequence = async (session: Session, place: OpenPlace, former: Former): Promise<Desired | undefined> => {
  const { store } = place;
  const [marker] = await store.markers({ seq: former.seq });
  if (!marker || marker.pruned || (await store.manifestDigest(former.seq)) !== marker.manifestDigest) return undefined;
  // A processor whose file was changed by hand is not whole, either.
  const drifted = new Set(
    (await store.driftedBodies()).flatMap(({ digest, files = [] }) => [
      digest,
      ...files.map(({ processor }) => processor),
    ]),
  );
  let listed: Promise<readonly ManifestLine[]> | undefined;
  const lines = (): Promise<readonly ManifestLine[]> => {
    listed ??= store.manifest(former.seq);
    return listed;
  };
  if (drifted.size > 0 && (await lines()).some(({ digest }) => drifted.has(digest))) return undefined;
  const [recorded] = await findVersions(session.state, [former.version]);
  return {
    version: former.version,
    commit: recorded?.commit ?? null,
    manifestDigest: marker.manifestDigest,
    seq: former.seq,
    lines,
    bodies: (digests) => store.bodies([...digests]),
  };
};

interface Return {
  readonly desired: Desired;
  readonly recordAs: PlannedTarget['recordAs'];
  readonly notes: readonly string[];
}

/** Where to go back to: the former sequence itself, or, where that is not whole any more, its version written anew. */
const chooseReturn = async (session: Session, place: OpenPlace, former: Former): Promise<Outcome<Return>> => {
  const intact = await intactSequence(session, place, former);
  if (intact) return success({ desired: intact, recordAs: undefined, notes: [] });
  const tagged = isUntagged(former.version)
    ? await findUntagged(session, former.version)
    : (await session.tags()).find(({ version }) => version.name === former.version);
  if (!tagged) {
    return failure([
      problem('rollback-content-lost', {
        detail: `Sequence ${former.seq} (${former.version}) is not whole any more, and Git has it no more.`,
        hint: 'Restore it from a backup:\n\n    m3forge backup list\n    m3forge backup restore <id>',
      }),
    ]);
  }
  const { config, state } = session;
  const ready = await prepareVersion({ config, state, source: await session.source() }, tagged, undefined);
  if (!ready.ok) return ready;
  const notes = [`Sequence ${former.seq} is not whole any more; ${former.version} is written anew from Git.`];
  return success({ desired: ready.value.desired, recordAs: { commit: tagged.commit, treeId: tagged.treeId }, notes });
};

/** Going back leaves variables as they are: those that the version had otherwise when it ran are listed. */
const variableNotes = async (place: OpenPlace, reading: PlaceReading, former: Former): Promise<readonly string[]> => {
  const then = (await place.store.activations()).findLast(({ seq, variables }) => seq === former.seq && variables);
  if (!then) return [];
  const stays = variablesBetween(then.variables ?? {}, recordedVariables(reading.status)).map(
    ({ name, before, after }) => `${name} (${after ?? 'none'}; it was ${before ?? 'none'} when ${former.version} ran)`,
  );
  return stays.length === 0 ? [] : [`Variables stay as they are: ${stays.join(', ')}.`];
};

/** Plans the way back to a version that succeeded in the place of a target. */
export const planRollback = async (
  session: Session,
  target: TargetConfig,
  request: Pick<RollbackRequest, 'target' | 'to'>,
): Promise<Outcome<PlannedTarget>> => {
  const place = await session.place(target);
  const reading = await refresh(place.store, session.state);
  const present = reading.status?.marker?.version ?? null;
  const former = reading.status && (await findFormer(session, place, present, request.to));
  if (!former) return nowhere(request, present);
  const chosen = await chooseReturn(session, place, former);
  if (!chosen.ok) return chosen;
  const { desired, recordAs, notes } = chosen.value;
  const planned = await planDesired(session, target, place, reading, {
    kind: 'rollback',
    desired,
    notes: [...notes, ...(await variableNotes(place, reading, former))],
    allowDeletes: true,
    backup: null,
    recordAs,
  });
  return success(planned);
};

/** `m3forge rollback`: goes back to a version that succeeded in this place, as a release of its own. */
export const rollback = (context: OperationContext, request: RollbackRequest): Promise<Outcome<ApplyReport>> =>
  withSession(
    context,
    { command: 'm3forge rollback', permit: 'release', lockTimeoutMs: request.lockTimeoutMs, tells: true },
    refusableRelease({ what: 'rollback', target: request.target, version: request.to }, async (session) => {
      const target = requireTarget(session.config, request.target);
      await recoverPlaces(session, [target], request.lockTimeoutMs, request.report);
      const planned = await planRollback(session, target, request);
      return planned.ok ? applyAlone(session, planned.value, request) : planned;
    }),
  );
