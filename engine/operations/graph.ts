import { loadConfig } from '../config/index.ts';
import { type Outcome, success } from '../diagnostics/index.ts';
import { asOutcome, type OperationContext } from './session.ts';

export interface GraphNode {
  /** Unique in the graph; letters and digits only, whatever the names are. */
  readonly id: string;
  readonly kind: 'version' | 'target' | 'environment' | 'gateway';
  readonly name: string;
  /** More about it, for people: what an environment is for, what a gateway is called. */
  readonly about: string;
  readonly enabled: boolean;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** A version is wanted by a target, which releases into an environment, which gateways read; `from` follows a target. */
  readonly kind: 'wanted' | 'from' | 'releases' | 'read';
}

/** Where versions go: environments, gateways, targets, versions, and what leads to what. */
export interface EstateGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

interface Gateway {
  readonly id: string;
  readonly name: string;
}

/** What a graph is made of. A configuration is one; its gateways are drawn where it has them. */
export interface Estate {
  readonly environments: ReadonlyMap<
    string,
    {
      readonly name: string;
      readonly type: string;
      readonly displayName: string;
      readonly enabled: boolean;
      readonly gateways?: readonly Gateway[];
    }
  >;
  readonly targets: ReadonlyMap<
    string,
    {
      readonly name: string;
      readonly environment: string;
      readonly displayName: string;
      readonly enabled: boolean;
      readonly gateways?: readonly Gateway[];
      readonly version:
        | { readonly kind: 'exact' | 'range' | 'latest'; readonly text: string }
        | { readonly kind: 'from'; readonly target: string };
    }
  >;
}

const calledOtherwise = (name: string, displayName: string): string => (displayName === name ? '' : displayName);

/** Nodes by kind and name, each with an id that no name can spoil. */
const createNodes = () => {
  const nodes = new Map<string, GraphNode>();
  const add = (kind: GraphNode['kind'], name: string, about = '', enabled = true): string => {
    const key = `${kind} ${name}`;
    const known = nodes.get(key);
    if (known) return known.id;
    const id = `${kind}${[...nodes.values()].filter((node) => node.kind === kind).length + 1}`;
    nodes.set(key, { id, kind, name, about, enabled });
    return id;
  };
  return { nodes, add };
};

/** The same ones, in whatever order. */
const sameGateways = (...lists: readonly (readonly Gateway[])[]): boolean =>
  new Set(lists.map((list) => JSON.stringify([...new Set(list.map(({ id }) => id))].sort()))).size === 1;

/** The graph of a configuration, in the order of the file. Pure. */
export const graphOf = ({ environments, targets }: Estate): EstateGraph => {
  const { nodes, add } = createNodes();
  const edges = new Map<string, GraphEdge>();
  const connect = (kind: GraphEdge['kind'], from: string, to: string): void =>
    void edges.set(`${from} ${to}`, { from, to, kind });
  const gateway = ({ id, name }: Gateway): string => add('gateway', id, calledOtherwise(id, name));
  const environment = (name: string): string => {
    const { type = name, displayName = name, enabled = true } = environments.get(name) ?? {};
    const about = [calledOtherwise(name, type), calledOtherwise(name, displayName)].filter((text) => text !== '');
    return add('environment', name, about.join(', '), enabled);
  };
  const target = (name: string): string => {
    const found = targets.get(name);
    const enabled = found?.enabled !== false && environments.get(found?.environment ?? '')?.enabled !== false;
    return add('target', name, calledOtherwise(name, found?.displayName ?? name), enabled);
  };
  for (const { version } of targets.values()) if (version.kind !== 'from') add('version', version.text);
  for (const { name, version, environment: place, gateways = [] } of targets.values()) {
    if (version.kind === 'from') connect('from', target(version.target), target(name));
    else connect('wanted', add('version', version.text), target(name));
    connect('releases', target(name), environment(place));
    // A target that has other gateways than its environment says which read what it releases.
    if (sameGateways(gateways, environments.get(place)?.gateways ?? [])) continue;
    for (const own of gateways) connect('read', target(name), gateway(own));
  }
  for (const { name, gateways = [] } of environments.values()) {
    for (const one of gateways) connect('read', environment(name), gateway(one));
    environment(name);
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
};

/** `m3forge graph`: from the configuration alone; no database, no network. */
export const graph = (context: OperationContext): Promise<Outcome<EstateGraph>> =>
  asOutcome(async () => {
    const loaded = await loadConfig(context.system, context.location);
    return loaded.ok ? success(graphOf(loaded.value), loaded.diagnostics) : loaded;
  });
