import { withHold } from '../apply/index.ts';
import { type Outcome, refuse, success } from '../diagnostics/index.ts';
import { appendAudit } from '../state/index.ts';
import { type OperationContext, withSession } from './session.ts';
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

/**
 * `m3forge state import`: makes this state the owner of a place that another state released to, for example after the
 * state's database was lost. What the place holds stays as it is; its history in the other state is not copied.
 */
export const importPlace = (context: OperationContext, request: ImportRequest): Promise<Outcome<Imported>> =>
  withSession<Imported>(
    context,
    { command: 'm3forge state import', lockTimeoutMs: request.lockTimeoutMs },
    async (session) => {
      const place = await session.place(requireTarget(session.config, request.target));
      const status = await place.store.status();
      if (!status) {
        throw refuse('place-missing', {
          detail: `Nothing was ever released to ${place.address}; there is nothing to import.`,
        });
      }
      const version = status.marker?.version ?? null;
      const { lineage } = session.state;
      if (status.lineage === lineage) return success({ place: place.address, from: lineage, version, changed: false });
      if (!(await request.confirm({ address: place.address, lineage: status.lineage }))) {
        throw refuse('apply-declined', { detail: 'Nothing was imported.' });
      }
      const { system, actor, ciRun } = context;
      const access = {
        environment: place.environment,
        store: place.store,
        reconnect: () => place.database.reconnect(),
      };
      await withHold(
        {
          system,
          state: session.state,
          place: access,
          holder: actor,
          operation: 'state import',
          ciRun,
          lockTimeoutMs: request.lockTimeoutMs,
          create: false,
          adopting: true,
        },
        async (hold) => {
          await session.state.transaction((transaction) =>
            appendAudit(transaction, system.clock, {
              actor,
              event: 'place.imported',
              subject: place.address,
              detail: { from_lineage: status.lineage, version },
            }),
          );
          await place.store.adopt({ fence: hold.fence, lineage });
        },
      );
      return success({ place: place.address, from: status.lineage, version, changed: true });
    },
  );
