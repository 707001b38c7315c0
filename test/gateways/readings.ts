import type { GatewayReading } from '../../engine/gateways/reading.ts';

type Reached = Extract<GatewayReading, { readonly reachable: true }>;

/** A gateway that was asked and is well, but for what a test wants to be different. */
export const readingOf = (id: string, parts: Partial<Reached>): Reached => ({
  id,
  drained: false,
  reachable: true,
  version: '4.0.0',
  path: '/status',
  latencyMs: 1,
  executors: [],
  publishing: { possible: true },
  ...parts,
});
