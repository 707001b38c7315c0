import type { ReleaseEvent } from '../../engine/apply/index.ts';
import type { OperationContext } from '../../engine/operations/index.ts';

const hourMs = 3_600_000;

/** Open around this moment, and what is under way waits when it closes. */
export const pausingWindow = (): string =>
  `{ kind: allow, cron: "0 ${new Date().getUTCHours()} * * *", duration: 3h, on_boundary: pause }`;

/** The same in a process for which the window closes as soon as something has happened. */
export const closing = (context: OperationContext, when: (event: ReleaseEvent) => boolean) => {
  let ahead = 0;
  const { clock } = context.system;
  return {
    context: {
      ...context,
      system: { ...context.system, clock: { ...clock, monotonicMs: () => clock.monotonicMs() + ahead } },
    },
    report: (_: string, event: ReleaseEvent): void => {
      if (when(event)) ahead = 4 * hourMs;
    },
  };
};

export const afterStep =
  (name: string) =>
  (event: ReleaseEvent): boolean =>
    event.type === 'step_complete' && event.step === name;
