import { acquireLease, type Lease, type LeaseRequest, openState, type State } from '../../engine/state/index.ts';
import type { System } from '../../engine/system/index.ts';
import { Secret } from '../../engine/values/index.ts';
import { openForTests, testSystem } from '../support/servers.ts';

/** A process of its own in the eyes of leases: its own session, and an identity that a test may choose. */
export interface Contender {
  readonly name: string;
  readonly state: State;
  readonly system: System;
  readonly take: (address: string, timeoutMs?: number) => Promise<Lease>;
}

export const contender = async (
  url: string,
  name: string,
  identity: Partial<System['processes']['self']> = {},
  changes: Partial<System> = {},
): Promise<Contender> => {
  const base = testSystem();
  const { processes } = base;
  const system: System = {
    ...base,
    processes: { ...processes, self: { ...processes.self, ...identity } },
    ...changes,
  };
  const state = await openState(await openForTests({ kind: 'server', url: new Secret(url) }), 'm3forge');
  const request: Omit<LeaseRequest, 'address' | 'timeoutMs'> = {
    environment: 'production',
    holder: name,
    operation: 'release v1.0.0',
    ciRun: null,
  };
  return {
    name,
    state,
    system,
    take: (address, timeoutMs = 0) => acquireLease(state, system, { ...request, address, timeoutMs }),
  };
};
