import { withHold } from '../apply/index.ts';
import { type Outcome, refuse, success } from '../diagnostics/index.ts';
import type { PlaceStatus } from '../provider/index.ts';
import { appendAudit, findPlace, type PlaceRow, rebindPlace } from '../state/index.ts';
import { accessOf, type OpenPlace } from './connections.ts';
import { type OperationContext, type Session, withSession } from './session.ts';
import { requireTarget } from './targets.ts';

export interface ImportRequest {
  readonly target: string;
  readonly lockTimeoutMs: number;
  /** Asked before the owner changes. */
  readonly confirm: (place: { readonly address: string; readonly lineage: string }) => Promise<boolean>;
}

export interface Imported {
  readonly place: string;
  /** The lineage that owned the place before. */
  readonly from: string;
  readonly version: string | null;
  /** False where this state owned the place already. */
  readonly changed: boolean;
}

interface Found {
  readonly place: OpenPlace;
  readonly status: PlaceStatus;
  /** What the state knows of the place under its id; the address or the environment may be another one. */
  readonly known: PlaceRow | undefined;
}

const find = async (session: Session, name: string): Promise<Found> => {
  const place = await session.place(requireTarget(session.config, name));
  const status = await place.store.status();
  if (!status) {
    throw refuse('place-missing', {
      detail: `Nothing was ever released to ${place.address}; there is nothing to import.`,
    });
  }
  return { place, status, known: await findPlace(session.state, { id: status.placeId }) };
};

/** A place of this state that was renamed or moved, or whose environment was: the state learns where it is now. */
const rebind = (session: Session, { place, status, known }: Found): Promise<void> =>
  session.state.transaction(async (transaction) => {
    const { address, environment } = place;
    await rebindPlace(transaction, { id: status.placeId, address, environment });
    await appendAudit(transaction, session.context.system, {
      actor: session.context.actor,
      event: 'place.rebound',
      subject: address,
      environment,
      detail: { from_address: known?.address ?? null, from_environment: known?.environment ?? null },
    });
  });

const adopt = (session: Session, { place, status }: Found, lockTimeoutMs: number): Promise<void> => {
  const { system, actor, ciRun } = session.context;
  const { state } = session;
  const request = {
    system,
    state,
    place: accessOf(place),
    holder: actor,
    operation: 'state import',
    ciRun,
    lockTimeoutMs,
  };
  return withHold({ ...request, create: false, adopting: true }, async (hold) => {
    await state.transaction((transaction) =>
      appendAudit(transaction, system, {
        actor,
        event: 'place.imported',
        subject: place.address,
        environment: place.environment,
        detail: { from_lineage: status.lineage, version: status.marker?.version ?? null },
      }),
    );
    await place.store.adopt({ fence: hold.fence, lineage: state.lineage });
  });
};

/**
 * `m3forge state import`: makes this state the owner of a place that another state released to, for example after the
 * state's database was lost; or tells it where a place of its own is now, after it was renamed or moved. What the place
 * holds stays as it is; its history in the other state is not copied.
 */
export const importPlace = (context: OperationContext, request: ImportRequest): Promise<Outcome<Imported>> =>
  withSession<Imported>(
    context,
    { command: 'm3forge state import', permit: 'manage', lockTimeoutMs: request.lockTimeoutMs, tells: true },
    async (session) => {
      const found = await find(session, request.target);
      const { place, status, known } = found;
      const own = status.lineage === session.state.lineage;
      const moved = known && (known.address !== place.address || known.environment !== place.environment);
      const imported = { place: place.address, from: status.lineage, version: status.marker?.version ?? null };
      if (own && !moved) return success({ ...imported, changed: false });
      if (!(await request.confirm({ address: place.address, lineage: status.lineage }))) {
        throw refuse('apply-declined', { detail: 'Nothing was imported.' });
      }
      if (moved) await rebind(session, found);
      if (!own) await adopt(session, found, request.lockTimeoutMs);
      return success({ ...imported, changed: true });
    },
  );
