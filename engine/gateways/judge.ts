import type { RunNeed } from '../artifacts/index.ts';
import type { Diagnostic, DiagnosticCode } from '../diagnostics/index.ts';
import type { ExecutorState } from '../provider/index.ts';
import type { StructuralPath } from '../values/index.ts';
import { failsAtSomeMethods } from './method-support.ts';
import type { WorkflowNeeds } from './needs.ts';
import type { GatewayReading, PeerReading } from './reading.ts';

/** Something that keeps a gateway from running a version. */
export interface GatewayFinding {
  readonly gateway: string;
  readonly severity: Diagnostic['severity'];
  readonly code: DiagnosticCode;
  readonly detail: string;
  readonly hint?: string | undefined;
  /** The workflow and the place in it that need what is not there. */
  readonly at?: { readonly address: string; readonly path: StructuralPath };
}

type Reached = Extract<GatewayReading, { readonly reachable: true }>;

/** One thing that workflows need, with the first place that does and how many more there are. */
interface Demand {
  readonly need: RunNeed;
  readonly address: string;
  others: number;
}

const keyOf = (need: RunNeed): string => (need.kind === 'executor' ? `executor ${need.executor}` : need.method);

/** Ten thousand workflows need a handful of things. */
const demandsOf = (workflows: readonly WorkflowNeeds[]): readonly Demand[] => {
  const demands = new Map<string, Demand>();
  for (const { address, needs } of workflows) {
    for (const need of needs) {
      const known = demands.get(keyOf(need));
      if (known) known.others += 1;
      else demands.set(keyOf(need), { need, address, others: 0 });
    }
  }
  return [...demands.values()];
};

const whereNeeded = ({ need, address, others }: Demand): string => {
  const more = others === 0 ? '' : `, as do ${others} more ${others === 1 ? 'node' : 'nodes'}`;
  return `${need.node} of ${address} needs it${more}`;
};

const executorFault = (
  executor: string,
  state: ExecutorState | undefined,
  id: string,
): Pick<GatewayFinding, 'code' | 'detail'> | undefined => {
  if (state?.serving) return undefined;
  return state
    ? { code: 'gateway-executor-down', detail: `The executor "${executor}" is ${state.status} at "${id}"` }
    : { code: 'gateway-executor-missing', detail: `The gateway "${id}" knows no executor "${executor}"` };
};

const demandFinding = (reading: Reached, demand: Demand): GatewayFinding | undefined => {
  const { need, address } = demand;
  const { id: gateway, version } = reading;
  const at = { address, path: need.path };
  if (need.kind === 'executor') {
    const state = reading.executors.find(({ name }) => name === need.executor);
    const fault = executorFault(need.executor, state, gateway);
    if (!fault) return undefined;
    const hint = 'See what serves with:\n\n    m3forge gateway check';
    return { gateway, severity: 'error', ...fault, detail: `${fault.detail}: ${whereNeeded(demand)}.`, hint, at };
  }
  if (need.kind === 'mapped') {
    const detail = `The mapper.yml of "${gateway}" says which executor runs ${need.method}, and shows that to nobody: ${whereNeeded(demand)}.`;
    const hint = 'Write the endpoint as executor://path to have it checked.';
    return { gateway, severity: 'warning', code: 'gateway-executor-unnamed', detail, hint, at };
  }
  const fails = version !== undefined && failsAtSomeMethods(version);
  const detail = fails
    ? `The gateway "${gateway}" (${version}) registers ${need.method} and fails when it is to run: ${whereNeeded(demand)}.`
    : `Whether the gateway "${gateway}" runs ${need.method} is not known: ${whereNeeded(demand)}.`;
  return { gateway, severity: fails ? 'error' : 'warning', code: 'gateway-method-unsupported', detail, at };
};

const sameVersion = 'Bring both to one version; one that is being replaced is drained with `weight: 0`.';

/** Those that only other targets of the environment have: what they run is compared, how they are is not asked. */
const peerFindings = (first: Reached | undefined, peers: readonly PeerReading[]): readonly GatewayFinding[] =>
  peers.flatMap(({ id, version }): readonly GatewayFinding[] => {
    if (!first || version === first.version) return [];
    const { id: gateway } = first;
    if (version === undefined) {
      const detail = `What "${id}" of the same environment runs could not be found out, so nobody compared it with "${gateway}".`;
      return [{ gateway, severity: 'warning', code: 'gateway-version-unknown', detail }];
    }
    const detail = `The gateway "${gateway}" runs ${first.version}, and "${id}" of the same environment runs ${version}.`;
    return [{ gateway, severity: 'error', code: 'gateway-versions-differ', detail, hint: sameVersion }];
  });

const versionFindings = (reached: readonly Reached[], peers: readonly PeerReading[]): readonly GatewayFinding[] => {
  const [first] = reached.filter(({ version, drained }) => version !== undefined && !drained);
  const own = reached.flatMap(({ id, version }): readonly GatewayFinding[] => {
    if (version === undefined) {
      const detail = `The gateway "${id}" does not say its version at /status, so nobody knows what it can run.`;
      return [{ gateway: id, severity: 'error', code: 'gateway-version-unknown', detail }];
    }
    if (!first || version === first.version) return [];
    const detail = `The gateway "${id}" runs ${version}, and "${first.id}" runs ${first.version}.`;
    return [{ gateway: id, severity: 'error', code: 'gateway-versions-differ', detail, hint: sameVersion }];
  });
  return [...own, ...peerFindings(first, peers)];
};

/** A smoke test that cannot run would take a good release back: better not to begin it. */
const tokenFinding = ({ id, tokenFault }: Reached): readonly GatewayFinding[] => {
  if (!tokenFault) return [];
  const { code, detail } = tokenFault;
  const whence = 'A token is taken from `token` of the gateway, or from the environment variable GATEWAY_TOKEN_<ID>.';
  const hint = code.startsWith('gateway-token') ? whence : tokenFault.hint;
  return [{ gateway: id, severity: 'error', code, detail, hint }];
};

const unreachable = (reading: GatewayReading): readonly GatewayFinding[] =>
  reading.reachable
    ? []
    : reading.diagnostics.map(({ code, detail, hint }) => ({
        gateway: reading.id,
        severity: 'error',
        code,
        detail: detail.includes(reading.id) ? detail : `The gateway "${reading.id}" cannot be asked: ${detail}`,
        hint,
      }));

/**
 * What keeps gateways from running workflows that need these things. What a drained gateway lacks is a warning; so is
 * everything where `lenient`: going back is not held up by a gateway. `peers` are the others of their environment. Pure.
 */
export const judgeGateways = (
  readings: readonly GatewayReading[],
  workflows: readonly WorkflowNeeds[],
  { lenient = false, peers = [] }: { readonly lenient?: boolean; readonly peers?: readonly PeerReading[] } = {},
): readonly GatewayFinding[] => {
  const reached = readings.filter((reading) => reading.reachable);
  const demands = demandsOf(workflows);
  const found = [
    ...readings.flatMap(unreachable),
    ...versionFindings(reached, peers),
    ...reached.flatMap(tokenFinding),
    ...reached.flatMap((reading) => demands.flatMap((demand) => demandFinding(reading, demand) ?? [])),
  ];
  const drained = new Set(readings.filter((reading) => reading.drained).map(({ id }) => id));
  return found.map((finding) =>
    lenient || drained.has(finding.gateway) ? { ...finding, severity: 'warning' as const } : finding,
  );
};
