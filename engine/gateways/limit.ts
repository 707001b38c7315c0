import { type Diagnostic, problem, type Refusal } from '../diagnostics/index.ts';
import type { System } from '../system/index.ts';

/** How long gateways have together, and whose time that is, for whoever reads that it was too short. */
export interface Limit {
  readonly system: System;
  readonly ms: number;
  readonly whose: string;
}

/** So long at most the way back, and bringing along what lacks something, may take: nothing else ends them. */
const mostFollowMs = 300_000;

/** The limit of what belongs to no release that could run out of time. */
export const followLimit = (system: System): Limit => ({
  system,
  ms: mostFollowMs,
  whose: 'which is the most that gateways get for following',
});

export interface Within {
  /** Aborted when the time is over, or when the signal that was given is. */
  readonly signal: AbortSignal;
  /** Why one did not follow: where time ran out, that, and not that a request was cut short. */
  readonly reasons: (gateway: string, error: Refusal) => readonly Diagnostic[];
}

/** Lets work with gateways end with its time, by the clock of the system. */
export const withinLimit = async <T>(
  { system, ms, whose }: Limit,
  signal: AbortSignal | undefined,
  work: (within: Within) => Promise<T>,
): Promise<T> => {
  const ended = new AbortController();
  const late = new AbortController();
  void system.clock.sleep(Math.max(ms, 1), ended.signal).then(() => {
    if (!ended.signal.aborted) late.abort();
  });
  const tooLate = (gateway: string): Diagnostic =>
    problem('gateway-error', {
      detail: `The gateway "${gateway}" did not follow within ${Math.round(ms / 1000)} s, ${whose}.`,
      address: `gateway.${gateway}`,
    });
  try {
    return await work({
      signal: AbortSignal.any([late.signal, ...(signal ? [signal] : [])]),
      reasons: (gateway, { diagnostics }) =>
        late.signal.aborted && diagnostics.some(({ code }) => code === 'http-interrupted')
          ? [tooLate(gateway)]
          : diagnostics,
    });
  } finally {
    ended.abort();
  }
};
