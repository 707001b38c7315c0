import { requiredGates, type TargetConfig } from '../config/index.ts';
import { type Outcome, refuse, success } from '../diagnostics/index.ts';
import { type Action, type Change, type PlanSection, refresh } from '../plan/index.ts';
import { findVersions, type Review, readSection, releaseById } from '../state/index.ts';
import { addressOf, compareManifests, type LineChange } from '../values/index.ts';
import { isUntagged } from '../versions/index.ts';
import { noScope, readConfiguration } from './configuration.ts';
import type { OpenPlace } from './connections.ts';
import type { PlannedTarget } from './plan-desired.ts';
import { type PlanWish, planTarget } from './plan-target.ts';
import type { Session } from './session.ts';
import { resolveRef } from './untagged.ts';

const actionOf = ({ before, after }: LineChange): Action =>
  before === undefined ? 'create' : after === undefined ? 'delete' : 'update';

const changeOf = (line: LineChange): Change => ({
  address: addressOf(line.kind, line.name),
  kind: line.kind,
  name: line.name,
  actions: [actionOf(line)],
  reason: 'it differs from what ran before the emergency',
  before_digest: line.before ?? null,
  after_digest: line.after ?? null,
  detail: null,
});

/** Everything that came since the release of a review began, whatever has brought it. What is pruned counts as nothing. */
const changesSince = async (
  { state }: Session,
  { store }: OpenPlace,
  { releaseId }: Review,
  active: number,
): Promise<readonly Change[]> => {
  const from = (await releaseById(state, releaseId))?.fromSeq ?? 0;
  const [marker] = from === 0 ? [] : await store.markers({ seq: from });
  const before = marker && !marker.pruned ? await store.manifest(from) : [];
  return compareManifests(before, await store.manifest(active)).map(changeOf);
};

/** The emergency as it was planned, where what it brought is what runs; else what has come since it began. */
const changesOf = async (session: Session, planned: PlannedTarget, review: Review): Promise<readonly Change[]> => {
  const { reading, place } = planned;
  const section = (await readSection(session.state, review.releaseId)) as unknown as PlanSection;
  return section.to?.manifest_digest === reading.activeDigest
    ? section.changes
    : changesSince(session, place, review, reading.status?.active ?? 0);
};

/** How a version that runs is planned again; one that nobody tagged is found by its commit. */
const wishFor = async (session: Session, version: string): Promise<PlanWish> => {
  const usual = { allowDeletes: true, liftsAvoids: true, overridesWindows: true };
  if (!isUntagged(version)) return { ...usual, version };
  const [recorded] = await findVersions(session.state, [version]);
  return { ...usual, version: undefined, untagged: await resolveRef(session, recorded?.commit ?? '', true) };
};

/**
 * What runs at the target of a review, as a release of it would be planned: with the gates that are asked for by now, and
 * with everything that came since the emergency as its changes. Refused where what runs is not what its version is.
 */
export const planReview = async (
  session: Session,
  review: Review,
  target: TargetConfig,
): Promise<Outcome<PlannedTarget>> => {
  const { status, activeDigest } = await refresh((await session.place(target)).store, session.state);
  const version = status?.marker?.version;
  if (version === undefined) {
    throw refuse('review-nothing-runs', {
      detail: `Nothing runs at "${target.name}" that could pass the gates.`,
      address: target.name,
    });
  }
  const wish = await wishFor(session, version);
  const planned = await planTarget(session, target, wish, await readConfiguration(session, noScope));
  if (!planned.ok) return planned;
  const { section, desired } = planned.value;
  if (desired?.manifestDigest !== activeDigest || section.changes.length > 0 || section.drift.length > 0) {
    throw refuse('review-differs', {
      detail: `What runs at "${target.name}" is not what ${version} is: it was changed by hand, or the tag was moved.`,
      address: target.name,
      hint: `What differs is told by:\n\n    m3forge drift --target ${target.name}`,
    });
  }
  const { emergency: _, ...ordinary } = section;
  const changes = await changesOf(session, planned.value, review);
  const gates = requiredGates(planned.value.target.gates);
  return success({ ...planned.value, section: { ...ordinary, gates, changes } }, planned.diagnostics);
};
