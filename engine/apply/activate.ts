import { CommitUnknown } from '../database/index.ts';
import type { Variables } from '../provider/index.ts';
import { changeRelease, requireLease } from '../state/index.ts';
import type { System } from '../system/index.ts';
import { type Hold, type PlaceAccess, type ReleaseInput, step } from './context.ts';
import { readTruth, wasMoved } from './truth.ts';

/** Moves the pointer, and settles an unanswered COMMIT by asking the place. */
export const movePointer = async (
  place: PlaceAccess,
  hold: Hold,
  system: System,
  order: {
    readonly releaseId: string;
    readonly seq: number;
    readonly kind: 'activate' | 'return';
    readonly variables: Variables;
  },
): Promise<Hold> => {
  const name = order.kind;
  try {
    await place.store.activate({
      ...order,
      fence: hold.fence,
      hooks: {
        beforeNotify: () => system.failpoints(`${name}-before-notify`),
        beforeCommit: () => system.failpoints(`${name}-before-commit`),
        commitSent: () => system.failpoints(`${name}-commit-sent`),
      },
    });
    await system.failpoints(`${name}-after-commit`);
    return hold;
  } catch (error) {
    if (!(error instanceof CommitUnknown)) throw error;
    const truth = await readTruth(place, hold, order.releaseId);
    if (!wasMoved(truth.traces, order.kind)) throw error;
    return truth.hold;
  }
};

/** B: the intent is recorded first, then one row and one pointer in the place. */
export const activate = async (input: ReleaseInput, hold: Hold, seq: number): Promise<Hold> => {
  const { state, system, release, desired, variables } = input;
  return step(input, hold, release.id, 'activate', async () => {
    await state.transaction(async (transaction) => {
      await requireLease(transaction, hold.lease);
      await changeRelease(transaction, release.id, { state: 'in_progress', seq });
    });
    await system.failpoints('after-intent');
    const order = { releaseId: release.id, seq, kind: 'activate', variables } as const;
    const held = await movePointer(input.place, hold, system, order);
    input.report({ type: 'activation', seq, version: desired.version });
    return { value: held, detail: `${desired.version} is active (sequence ${seq})` };
  });
};
