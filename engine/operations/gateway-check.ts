import { type Config, type GatewayConfig, loadConfig, secretsIn } from '../config/index.ts';
import { type Diagnostic, type Outcome, success } from '../diagnostics/index.ts';
import { checkGateways as check, faultsOf, type GatewayCheck } from '../gateways/index.ts';
import { type GatewayScope, gatewayScope, versionFaults } from './gateway-scope.ts';
import { createGateways, openEach } from './open-gateways.ts';
import { asOutcome, type OperationContext } from './session.ts';

/** What a gateway says of itself, as `m3forge gateway check --json` prints it. */
export interface GatewayView {
  readonly gateway: string;
  readonly name: string;
  /** The environments and targets that have it. */
  readonly environments: readonly string[];
  readonly targets: readonly string[];
  readonly region: string | null;
  readonly weight: number;
  /** How whoever stands before the gateways of its environment shares requests out. */
  readonly load_balancing: string | null;
  readonly healthy: boolean;
  /** The path that answered. */
  readonly health_path: string | null;
  readonly version: string | null;
  readonly latency_ms: number | null;
  readonly executors: readonly {
    readonly name: string;
    readonly serving: boolean;
    readonly status: string;
    readonly nodes: number;
  }[];
  readonly capacity: GatewayCheck['capacity'] | null;
  readonly token: 'accepted' | 'refused' | 'none' | null;
  readonly planners: number | null;
  /** Why nothing is published to its own API; null where something would be, or where it cannot be asked. */
  readonly unpublished: string | null;
}

export interface GatewayReport {
  readonly gateways: readonly GatewayView[];
  readonly problems: readonly Diagnostic[];
}

const has = (id: string) => (entry: { readonly gateways: readonly GatewayConfig[] }) =>
  entry.gateways.some((gateway) => gateway.id === id);

const viewOf = (config: Config, { id, name, region, weight }: GatewayConfig, found: GatewayCheck): GatewayView => {
  const { reading, capacity, token, planners } = found;
  const environments = [...config.environments.values()].filter(has(id));
  return {
    gateway: id,
    name,
    environments: environments.map((environment) => environment.name),
    targets: [...config.targets.values()].filter(has(id)).map((target) => target.name),
    region: region ?? null,
    weight,
    load_balancing: environments.find(({ loadBalancing }) => loadBalancing)?.loadBalancing ?? null,
    healthy: reading.reachable,
    health_path: reading.reachable ? reading.path : null,
    version: (reading.reachable ? reading.version : undefined) ?? null,
    latency_ms: reading.reachable ? reading.latencyMs : null,
    executors: found.executors,
    capacity: capacity ?? null,
    token: token ?? null,
    planners: planners ?? null,
    unpublished: reading.reachable && !reading.publishing.possible ? reading.publishing.why : null,
  };
};

/** Versions are compared within each environment; who cannot be asked is told once. */
const problemsOf = (groups: GatewayScope['groups'], checks: readonly GatewayCheck[]): readonly Diagnostic[] => {
  const readings = checks.map(({ reading }) => reading);
  const found = [
    ...readings.flatMap((reading) => faultsOf([reading])),
    ...versionFaults(groups, readings),
    ...checks.flatMap(({ diagnostics }) => diagnostics),
  ];
  return [...new Map(found.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic])).values()];
};

/** `m3forge gateway check`: asks the gateways how they are. No database is opened, and nothing is run. */
export const checkGateways = (
  context: OperationContext,
  request: { readonly targets: readonly string[] },
): Promise<Outcome<GatewayReport>> =>
  asOutcome(async (): Promise<Outcome<GatewayReport>> => {
    const loaded = await loadConfig(context.system, context.location);
    if (!loaded.ok) return loaded;
    const config = loaded.value;
    for (const secret of secretsIn(config)) context.redactor.add(secret);
    const gateways = createGateways(context, undefined);
    try {
      const { all, groups } = gatewayScope(config, request.targets);
      const { open, unopened } = await openEach(gateways.of, all);
      const checks = await check(open, context.system.interrupted);
      const views = checks.flatMap((found) => {
        const one = all.find(({ id }) => id === found.id);
        return one ? [viewOf(config, one, found)] : [];
      });
      return success({ gateways: views, problems: [...unopened, ...problemsOf(groups, checks)] }, loaded.diagnostics);
    } finally {
      await gateways.close();
    }
  });
