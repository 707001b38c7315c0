import type { Json, JsonRecord } from './planners.ts';

/** Names of gRPC health, with their codes. */
const statusCodes: Readonly<Record<string, number>> = { UNKNOWN: 0, SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 };

interface Executor {
  readonly name: string;
  readonly address: string;
  status: string;
}

/** What a gateway has discovered of executors. */
export interface Deployments {
  readonly set: (name: string, status: string) => void;
  readonly isServing: (name: string) => boolean;
  readonly deployments: () => JsonRecord;
  readonly nodes: () => JsonRecord;
  readonly reports: () => JsonRecord;
  readonly capacity: () => JsonRecord;
}

/** Without fractions of a second. */
const stamp = (): string => new Date().toISOString().replace(/\.\d+Z$/, 'Z');

export const createDeployments = (): Deployments => {
  const executors = new Map<string, Executor>();
  const all = (): readonly Executor[] => [...executors.values()];
  const nodes = (): JsonRecord =>
    Object.fromEntries(
      all().map(({ name, address }): [string, Json] => [
        name,
        [{ address: `grpc://${address}`, endpoint: '/document/extract', executor: name, gateway: '127.0.0.1:52000' }],
      ]),
    );
  return {
    set: (name, status) => {
      const known = executors.get(name);
      if (known) known.status = status;
      else executors.set(name, { name, address: `127.0.0.1:${50_052 + executors.size}`, status });
    },
    isServing: (name) => executors.get(name)?.status === 'SERVING',
    nodes,
    deployments: () => ({
      deployments: Object.fromEntries(
        all().map(({ name, address, status }): [string, Json] => [
          address,
          { prefix: 'deployments/status', address, executor: name, status },
        ]),
      ),
      deployment_nodes: nodes(),
    }),
    reports: () => {
      const key = ({ address, name }: Executor): string => `${address}/${name}`;
      const epoch = 3;
      return {
        desired: Object.fromEntries(
          all().map((one): [string, Json] => [
            key(one),
            { phase: 'SCHEDULED', epoch, params: {}, updated_at: stamp() },
          ]),
        ),
        status: Object.fromEntries(
          all().map((one): [string, Json] => [
            key(one),
            {
              status_code: statusCodes[one.status] ?? 0,
              status_name: one.status,
              owner: 'simulator',
              epoch,
              updated_at: stamp(),
              heartbeat_at: stamp(),
              details: null,
            },
          ]),
        ),
      };
    },
    capacity: () => {
      const slots = all().map(({ name }) => ({
        ...{ name, capacity: 1, target: 1, used: 0, available: 1 },
        ...{ holders: 0, notes: '' },
      }));
      return {
        slots,
        totals: { capacity: slots.length, used: 0, available: slots.length, holder_count: 0 },
      };
    },
  };
};
