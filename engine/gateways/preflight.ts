import { type Diagnostic, problem, type SourceRange, warning } from '../diagnostics/index.ts';
import { counted } from '../values/index.ts';
import { type GatewayFinding, judgeGateways } from './judge.ts';
import type { LocateInArtifact, WorkflowNeeds } from './needs.ts';
import type { OpenGateway } from './open-gateway.ts';
import { type Asking, type GatewayReading, type Peer, readGateways, readPeers } from './reading.ts';

/** One thing that a preflight found. */
export interface PreflightFinding {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly detail: string;
  /** The workflow that needs what is not there; null where it is about the gateway alone. */
  readonly address: string | null;
  /** `path:line:column`, where the content comes from a file. */
  readonly file: string | null;
}

/** What a gateway was found to be before a release: outside the digest, because it may be another in a minute. */
export interface GatewayPreflight {
  readonly gateway: string;
  readonly reachable: boolean;
  /** Null where it does not say, or cannot be asked. */
  readonly version: string | null;
  /** How many executors serve. */
  readonly executors: number;
  /** Why nothing is published to its own API; null where something is, or where nobody could ask. */
  readonly unpublished: string | null;
  readonly findings: readonly PreflightFinding[];
}

export interface Preflight {
  readonly gateways: readonly GatewayPreflight[];
  readonly diagnostics: readonly Diagnostic[];
}

const locateAll = async (
  findings: readonly GatewayFinding[],
  locate: LocateInArtifact,
): Promise<ReadonlyMap<GatewayFinding, SourceRange>> => {
  const ranges = new Map<GatewayFinding, SourceRange>();
  const known = new Map<string, SourceRange | undefined>();
  for (const finding of findings) {
    if (!finding.at) continue;
    const key = `${finding.at.address} ${finding.at.path.join('/')}`;
    if (!known.has(key)) known.set(key, await locate(finding.at.address, finding.at.path));
    const range = known.get(key);
    if (range) ranges.set(finding, range);
  }
  return ranges;
};

const positionOf = (range: SourceRange | undefined): string | null =>
  range ? `${range.filename}:${range.start.line}:${range.start.column}` : null;

const toDocument = (
  reading: GatewayReading,
  findings: readonly GatewayFinding[],
  ranges: ReadonlyMap<GatewayFinding, SourceRange>,
): GatewayPreflight => ({
  gateway: reading.id,
  reachable: reading.reachable,
  version: (reading.reachable ? reading.version : undefined) ?? null,
  executors: reading.reachable ? reading.executors.filter(({ serving }) => serving).length : 0,
  unpublished: reading.reachable && !reading.publishing.possible ? reading.publishing.why : null,
  findings: findings
    .filter(({ gateway }) => gateway === reading.id)
    .map((finding) => ({
      severity: finding.severity,
      code: finding.code,
      detail: finding.detail,
      address: finding.at?.address ?? null,
      file: positionOf(ranges.get(finding)),
    })),
});

const toDiagnostic = (
  { severity, code, detail, hint, at, gateway }: GatewayFinding,
  range?: SourceRange,
): Diagnostic => {
  const build = severity === 'error' ? problem : warning;
  return build(code, { detail, hint, address: at?.address ?? `gateway.${gateway}`, range });
};

/** What is wrong with gateways whatever they are to run: who cannot be asked, and whose versions differ. */
export const faultsOf = (readings: readonly GatewayReading[]): readonly Diagnostic[] =>
  judgeGateways(readings, []).map((finding) => toDiagnostic(finding));

interface PreflightOptions extends Asking {
  readonly locate: LocateInArtifact;
  readonly lenient: boolean;
  /** The other gateways of the environment: all of one environment run one version. */
  readonly peers: readonly Peer[];
}

/** Asks the gateways, and judges whether they can run what changes. */
export const preflight = async (
  gateways: readonly OpenGateway[],
  workflows: readonly WorkflowNeeds[],
  options: PreflightOptions,
): Promise<Preflight> => {
  const { lenient } = options;
  const [readings, peers] = await Promise.all([readGateways(gateways, options), readPeers(options.peers, options)]);
  const findings = judgeGateways(readings, workflows, { lenient, peers });
  const ranges = await locateAll(findings, options.locate);
  return {
    gateways: readings.map((reading) => toDocument(reading, findings, ranges)),
    diagnostics: findings.map((finding) => toDiagnostic(finding, ranges.get(finding))),
  };
};

/** For the log of a release: `2 gateways, 3 executors needed`. */
export const preflightSummary = (gateways: readonly OpenGateway[], workflows: readonly WorkflowNeeds[]): string => {
  const executors = new Set(
    workflows.flatMap(({ needs }) => needs.flatMap((need) => (need.kind === 'executor' ? [need.executor] : []))),
  );
  return `${counted(executors.size, 'executor')} serving on ${counted(gateways.length, 'gateway')}`;
};
