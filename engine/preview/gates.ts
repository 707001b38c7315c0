import { type Gate, type GateInput, gatesFor } from '../clearance/index.ts';
import { type Config, requiredGates, type TargetConfig } from '../config/index.ts';
import { type Diagnostic, Refusal } from '../diagnostics/index.ts';
import type { PlanSection } from '../plan/index.ts';
import type { System } from '../system/index.ts';
import { type Digest, emptyManifestDigest, type ManifestLine } from '../values/index.ts';
import type { PreviewChange, PreviewGate } from './document.ts';

/** What gates are judged on before anything is merged. */
export interface PreviewedVersion {
  readonly version: string;
  readonly commit: string;
  readonly from: string | null;
  readonly changes: readonly PreviewChange[];
  readonly findings: readonly Diagnostic[];
  readonly bodies: ReadonlyMap<Digest, Buffer>;
}

const cannotHave: Readonly<Record<string, string>> = {
  files: 'reports of the head are not trusted',
  gateways: 'gateways are not asked',
  records: 'former releases are not looked at',
  commands: 'commands of the head are not run',
};

/** Why a preview does not judge a gate; undefined where it can. Only the changed artifacts are searched for secrets. */
const whyNot = ({ name, needs }: Gate): string | undefined =>
  needs.map((need) => (name === 'secrets' ? undefined : cannotHave[need])).find((why) => why !== undefined);

/** The section that policies speak of as `plan`, as far as it is known without any place. */
const sectionOf = (target: TargetConfig, { version, commit, from, changes }: PreviewedVersion): PlanSection => ({
  ...{ target: target.name, environment: target.environment, kind: 'release', place_id: 'new', digest: '' },
  configuration: target.slice,
  from: { seq: 0, activation: 0, version: from, manifest_digest: emptyManifestDigest },
  to: { version, commit, manifest_digest: emptyManifestDigest, seq: null },
  changes: changes.map(({ path: _, uses: __, graph: ___, ...change }) => change),
  ...{ drift: [], variables: [], configuration_changes: [], held: [], notes: [], blocks: [] },
  gates: requiredGates(target.gates),
  approvals: target.approvals.min,
  allow_deletes: false,
  backup: null,
});

const inputOf = (
  system: System,
  { directory, environments }: Config,
  target: TargetConfig,
  previewed: PreviewedVersion,
): GateInput => {
  const lines: readonly ManifestLine[] = previewed.changes.flatMap(({ kind, name, after_digest: digest }) =>
    digest === null ? [] : [{ kind, name, digest }],
  );
  const none = () => Promise.resolve([]);
  return {
    system,
    section: sectionOf(target, previewed),
    target,
    environmentType: environments.get(target.environment)?.type ?? 'production',
    desired: {
      ...{ version: previewed.version, commit: previewed.commit, manifestDigest: emptyManifestDigest, seq: null },
      lines: () => Promise.resolve(lines),
      bodies: async function* () {},
    },
    findings: previewed.findings,
    directory,
    actor: '',
    bodies: async function* (digests) {
      for (const digest of digests) {
        const body = previewed.bodies.get(digest);
        if (body) yield { digest, body };
      }
    },
    gateways: none,
    peers: none,
    passedBefore: () => Promise.resolve(undefined),
    workingTree: () => Promise.resolve(undefined),
    now: () => Promise.resolve(system.clock.now()),
    runs: none,
    redact: (text) => text,
  };
};

/** The gates of a target that can be judged from the changed artifacts alone; the others are told with why they are not. */
export const previewGates = async (
  system: System,
  config: Config,
  target: TargetConfig,
  previewed: PreviewedVersion,
): Promise<readonly PreviewGate[]> => {
  const input = inputOf(system, config, target, previewed);
  const gates: PreviewGate[] = [];
  for (const gate of gatesFor(target)) {
    const why = whyNot(gate);
    gates.push(why === undefined ? await judge(gate, input) : { gate: gate.name, verdict: 'skipped', summary: why });
  }
  return gates;
};

const judge = async (gate: Gate, input: GateInput): Promise<PreviewGate> => {
  try {
    const { verdict, summary } = await gate.run(input);
    return { gate: gate.name, verdict, summary };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { gate: gate.name, verdict: 'fail', summary: error.message };
  }
};
