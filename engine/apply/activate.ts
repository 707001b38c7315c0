import { CommitUnknown } from '../database/index.ts';
import { changeRelease, requireLease } from '../state/index.ts';
import type { System } from '../system/index.ts';
import { type Hold, type PlaceAccess, type ReleaseInput, step } from './context.ts';

/**
 * Moves the pointer and survives an unanswered COMMIT. The fence is raised before looking: that waits for the row lock
 * that the old transaction holds, so that it has ended one way or the other.
 */
export const movePointer = async (
  place: PlaceAccess,
  hold: Hold,
  system: System,
  order: { readonly releaseId: string; readonly seq: number; readonly kind: 'activate' | 'return' },
): Promise<Hold> => {
  const name = order.kind;
  try {
    await place.store.activate({
      ...order,
      fence: hold.fence,
      hooks: {
        beforeCommit: () => system.failpoints(`${name}-before-commit`),
        commitSent: () => system.failpoints(`${name}-commit-sent`),
      },
    });
    await system.failpoints(`${name}-after-commit`);
    return hold;
  } catch (error) {
    if (!(error instanceof CommitUnknown)) throw error;
    await place.reconnect();
    const raised = { ...hold, fence: await place.store.raiseFence() };
    const { activations } = await place.store.traces(order.releaseId);
    if (!activations.some((activation) => activation.kind === order.kind)) throw error;
    return raised;
  }
};

/** B: the intent is recorded first, then one row and one pointer in the place. */
export const activate = async (input: ReleaseInput, hold: Hold, seq: number): Promise<Hold> => {
  const { state, system, release, desired } = input;
  return step(input, release.id, 'activate', async () => {
    await state.transaction(async (transaction) => {
      await requireLease(transaction, hold.lease);
      await changeRelease(transaction, release.id, { state: 'in_progress', seq });
    });
    await system.failpoints('after-intent');
    const held = await movePointer(input.place, hold, system, { releaseId: release.id, seq, kind: 'activate' });
    input.report({ type: 'activation', seq, version: desired.version });
    return { value: held, detail: `${desired.version} is active (sequence ${seq})` };
  });
};
