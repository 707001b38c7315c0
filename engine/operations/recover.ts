import { type Recovery, type ReleaseEvent, recover as recoverPlace, withHold } from '../apply/index.ts';
import type { TargetConfig } from '../config/index.ts';
import { type Outcome, success } from '../diagnostics/index.ts';
import type { OpenGateway } from '../gateways/index.ts';
import { gatewaysInEffect } from '../plan/index.ts';
import { unfinishedReleases } from '../state/index.ts';
import { noScope, readConfiguration } from './configuration.ts';
import { accessOf, type OpenPlace } from './connections.ts';
import { openEach } from './open-gateways.ts';
import { type OperationContext, type Session, withSession } from './session.ts';
import { chooseTargets, requireTarget } from './targets.ts';

export interface RecoverRequest {
  /** Names of targets; every target of the configuration where it is empty. */
  readonly targets: readonly string[];
  readonly lockTimeoutMs: number;
  readonly report: (target: string, event: ReleaseEvent) => void;
}

const recoverOne = (
  session: Session,
  place: OpenPlace,
  target: TargetConfig,
  lockTimeoutMs: number,
  report: (event: ReleaseEvent) => void,
): Promise<Recovery | undefined> => {
  const { context, state } = session;
  const access = accessOf(place);
  const { system, actor, ciRun, redactor } = context;
  const gatewaysOf = gatewaysFor(session, target);
  return withHold(
    { system, state, place: access, holder: actor, operation: 'recover', ciRun, lockTimeoutMs, create: false },
    (hold) =>
      recoverPlace(
        { system, state, place: access, gatewaysOf, report, redact: redactor.redact, tell: session.tell, actor },
        hold,
      ),
  );
};

/**
 * The gateways of any target that releases into the place of this one. A token that is not set here keeps nobody from
 * putting the place in order, nor the other gateways from following.
 */
export const gatewaysFor =
  (session: Session, inPlace: TargetConfig) =>
  async (name: string): Promise<readonly OpenGateway[]> => {
    const { config, context, gateways } = session;
    // One that the file has no longer is still known by what is recorded of it.
    const target = config.targets.get(name) ?? { ...inPlace, name, gateways: [] };
    const configuration = await readConfiguration(session, noScope);
    const { open, unopened } = await openEach(gateways.of, gatewaysInEffect(configuration, target, config.gateways));
    for (const { detail } of unopened) context.system.log.warn(detail);
    return open;
  };

/**
 * Ends what dead processes left in the places of these targets, for somebody who may release there. Takes a lease only
 * where something was left.
 */
export const recoverPlaces = async (
  session: Session,
  targets: readonly TargetConfig[],
  lockTimeoutMs: number,
  report: (target: string, event: ReleaseEvent) => void,
): Promise<readonly Recovery[]> => {
  await session.authorize(
    'release',
    targets.map(({ name }) => name),
  );
  const unfinished = await unfinishedReleases(session.state);
  if (unfinished.length === 0) return [];
  const recovered: Recovery[] = [];
  const seen = new Set<string>();
  for (const target of targets) {
    const place = await session.place(target);
    if (seen.has(place.address)) continue;
    seen.add(place.address);
    const placeId = (await place.store.status())?.placeId;
    if (!unfinished.some((release) => release.placeId === placeId)) continue;
    const recovery = await recoverOne(session, place, target, lockTimeoutMs, (event) => report(target.name, event));
    if (recovery) recovered.push(recovery);
  }
  return recovered;
};

/** `m3forge recover`: finishes or undoes what a crash left. */
export const recover = (context: OperationContext, request: RecoverRequest): Promise<Outcome<readonly Recovery[]>> =>
  withSession(
    context,
    { command: 'm3forge recover', permit: 'release', lockTimeoutMs: request.lockTimeoutMs, tells: true },
    async (session) => {
      const targets =
        request.targets.length > 0
          ? request.targets.map((name) => requireTarget(session.config, name))
          : chooseTargets(session.config, [...session.config.targets.keys()]);
      return success(await recoverPlaces(session, targets, request.lockTimeoutMs, request.report));
    },
  );
