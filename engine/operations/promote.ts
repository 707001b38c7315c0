import { type Outcome, type Refusal, refuse } from '../diagnostics/index.ts';
import { hasRelease, refresh, type To } from '../plan/index.ts';
import { listAvoids } from '../state/index.ts';
import { applyFresh } from './apply.ts';
import type { ApplyManner, ApplyReport } from './apply-planned.ts';
import { liftAvoided, withoutReason } from './holds.ts';
import { reluctanceOf } from './promotions.ts';
import { refusableRelease } from './refused.ts';
import { type OperationContext, type Session, withSession } from './session.ts';
import { requireTarget } from './targets.ts';

export interface PromoteRequest extends Omit<ApplyManner, 'onFailure'> {
  readonly from: string;
  readonly to: string;
  /** What is expected to run at the source; whatever does where it is not given. */
  readonly version: string | undefined;
}

const refused = ({ from, to }: PromoteRequest, reason: string): Refusal =>
  refuse('promotion-refused', {
    detail: `Nothing is promoted from "${from}" to "${to}": ${reason}.`,
    address: to,
    hint: `What runs there is told by:\n\n    m3forge status --target ${from}`,
  });

/** What the source runs and hands on. */
const requireHandedOn = async (session: Session, request: PromoteRequest): Promise<string> => {
  const { from, version } = request;
  const { store } = await session.place(requireTarget(session.config, from));
  const { status, activeDigest } = await refresh(store, session.state);
  const running = status?.marker?.version;
  if (running === undefined) throw refused(request, 'it runs nothing');
  const promoted = { version: version ?? running, manifestDigest: activeDigest };
  const reluctance = await reluctanceOf(session, { from, soakHours: 0 }, promoted);
  if (reluctance) throw refused(request, reluctance.reason);
  return running;
};

/** Its tag may lead elsewhere by now: promoted is what was tried, and nothing else. */
const requireSame = async (session: Session, request: PromoteRequest, planned: To | null): Promise<void> => {
  const { store } = await session.place(requireTarget(session.config, request.from));
  const { activeDigest } = await refresh(store, session.state);
  if (planned?.manifest_digest === activeDigest) return;
  throw refused(request, `the tag ${planned?.version ?? ''} leads to something else than what runs there`);
};

/** Whoever promotes a version that the place avoids says why it is meant. Returns what does, once that is agreed to. */
const lifting = async (
  session: Session,
  { from, to, reason }: PromoteRequest,
  version: string,
): Promise<(() => Promise<void>) | undefined> => {
  const { store, environment } = await session.place(requireTarget(session.config, to));
  const placeId = (await store.status())?.placeId;
  if (placeId === undefined) return undefined;
  const avoid = (await listAvoids(session.state, placeId)).find((one) => one.version === version);
  if (!avoid) return undefined;
  if (reason === null) throw withoutReason(avoid, to);
  const because = { promoted_from: from };
  return async () => {
    await liftAvoided(session, { placeId, target: to, environment, version, reason, because });
  };
};

/** `m3forge promote`: brings to one target exactly what another one runs, under the rules of the target they come to. */
export const promote = (context: OperationContext, request: PromoteRequest): Promise<Outcome<ApplyReport>> =>
  withSession(
    context,
    { command: 'm3forge promote', permit: 'release', lockTimeoutMs: request.lockTimeoutMs, applies: true, tells: true },
    refusableRelease({ target: request.to, version: request.version }, async (session) => {
      const { to, confirm } = request;
      requireTarget(session.config, to);
      const version = await requireHandedOn(session, request);
      const lift = await lifting(session, request, version);
      return applyFresh(session, {
        ...request,
        targets: [to],
        version,
        ...(lift && { liftsAvoids: true }),
        confirm: async (document) => {
          const [section] = document.sections;
          if (section && hasRelease(section)) await requireSame(session, request, section.to);
          if (!(await confirm(document))) return false;
          await lift?.();
          return true;
        },
      });
    }),
  );
