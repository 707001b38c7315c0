import type { OperationContext } from '../../engine/operations/index.ts';

/** Starts a release that stops when it is about to activate, holding its place, until the test lets it go on. */
export const holdInside = async <T>(context: OperationContext, start: (context: OperationContext) => Promise<T>) => {
  const reached = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const failpoints = async (name: string): Promise<void> => {
    if (name !== 'after-intent') return;
    reached.resolve();
    await goOn.promise;
  };
  const running = start({ ...context, system: { ...context.system, failpoints } });
  await reached.promise;
  return { running, goOn: () => goOn.resolve() };
};
