import type { ExecutorState, GatewayCapacity, SlotCount } from '../../engine/provider/index.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../engine/values/index.ts';
import type { Connection } from './connection.ts';
import { countOf, membersOf, nameOf, objectsIn, textOf } from './reading.ts';

/** Names of gRPC health, the best first. */
const ranks = ['SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN', 'UNKNOWN'];

const rankOf = (status: string): number => {
  const rank = ranks.indexOf(status);
  return rank < 0 ? ranks.length : rank;
};

interface Sighting {
  readonly addresses: Set<string>;
  /** The best of what the gateway lists, and the best of what the workers themselves reported. */
  listed?: string;
  reported?: string;
}

const better = (one: string | undefined, other: string): string =>
  one === undefined || rankOf(other) < rankOf(one) ? other : one;

/** Collects what the three lists say, executor by executor. */
const createSightings = () => {
  const byName = new Map<string, Sighting>();
  const of = (name: string): Sighting => {
    const known = byName.get(name) ?? { addresses: new Set<string>() };
    byName.set(name, known);
    return known;
  };
  return {
    node: (name: string, address: string | undefined): void => {
      const { addresses } = of(name);
      if (address !== undefined) addresses.add(address.replace(/^[a-z]+:\/\//, ''));
    },
    status: (name: string, from: 'listed' | 'reported', status: string): void => {
      const sighting = of(name);
      sighting[from] = better(sighting[from], status);
    },
    /** What a worker reports of itself counts: the gateway's list may be older. */
    states: (): readonly ExecutorState[] =>
      [...byName]
        .map(([name, { addresses, listed, reported }]) => {
          const status = reported ?? listed ?? 'UNKNOWN';
          return { name, serving: status === 'SERVING', status, nodes: addresses.size };
        })
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
};

/** Keys are `host:port/executor`. */
const splitKey = (key: string): readonly [address: string, name: string] => {
  const at = key.indexOf('/');
  return [key.slice(0, at), key.slice(at + 1)];
};

/** A worker reports every 10 s; one that was not heard of for so long counts as gone. */
const staleAfterMs = 30_000;

/** Times are compared with one another only: the clock of a gateway is not ours. */
const readReports = (status: JsonValue | undefined, sightings: ReturnType<typeof createSightings>): void => {
  const reports = membersOf(status).flatMap(([key, report]) => {
    const [address, name] = splitKey(key);
    if (address === '' || nameOf(name) === undefined || !isJsonObject(report)) return [];
    return { address, name, status: nameOf(report.status_name), heard: Date.parse(textOf(report.heartbeat_at) ?? '') };
  });
  const newest = reports.reduce((most, { heard }) => (heard > most ? heard : most), 0);
  for (const { address, name, status: said, heard } of reports) {
    sightings.node(name, address);
    sightings.status(name, 'reported', newest - heard > staleAfterMs ? 'SILENT' : (said ?? 'UNKNOWN'));
  }
};

const readDeployments = (deployments: JsonObject, sightings: ReturnType<typeof createSightings>): void => {
  for (const [, deployment] of membersOf(deployments.deployments)) {
    const name = isJsonObject(deployment) ? nameOf(deployment.executor) : undefined;
    if (name === undefined || !isJsonObject(deployment)) continue;
    sightings.node(name, textOf(deployment.address));
    sightings.status(name, 'listed', nameOf(deployment.status) ?? 'UNKNOWN');
  }
};

const readNodes = (nodes: JsonValue | undefined, sightings: ReturnType<typeof createSightings>): void => {
  for (const [name, list] of membersOf(nodes)) {
    if (nameOf(name) === undefined) continue;
    for (const node of objectsIn(list)) sightings.node(name, textOf(node.address));
  }
};

export const executorsOf =
  (connection: Connection) =>
  async (signal?: AbortSignal): Promise<readonly ExecutorState[]> => {
    const [deployments, nodes, reports] = await Promise.all([
      connection.result('/api/deployments', signal),
      connection.result('/api/deployment-nodes', signal),
      connection.result('/api/deployment-status', signal),
    ]);
    const sightings = createSightings();
    readDeployments(deployments, sightings);
    readNodes(nodes, sightings);
    readReports(reports.status, sightings);
    return sightings.states();
  };

const countsOf = (value: JsonObject): SlotCount => ({
  capacity: countOf(value.capacity),
  used: countOf(value.used),
  available: countOf(value.available),
});

export const capacityOf =
  (connection: Connection) =>
  async (signal?: AbortSignal): Promise<GatewayCapacity> => {
    const { slots, totals } = await connection.result('/api/capacity', signal);
    return {
      ...countsOf(isJsonObject(totals) ? totals : {}),
      slots: objectsIn(slots).map((slot) => ({ name: nameOf(slot.name) ?? '', ...countsOf(slot) })),
    };
  };
