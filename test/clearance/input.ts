import type { Gate, GateInput, GateOutcome } from '../../engine/clearance/gates/gate.ts';
import type { GatesFile } from '../../engine/config/file-gates.ts';
import { gatesOf } from '../../engine/config/gates.ts';
import type { TargetConfig } from '../../engine/config/index.ts';
import type { Change, PlanSection } from '../../engine/plan/index.ts';
import {
  type ArtifactKind,
  addressOf,
  canonicalBytes,
  type Digest,
  digestOfBytes,
  emptyManifestDigest,
  type JsonValue,
  type ManifestLine,
} from '../../engine/values/index.ts';
import { temporaryDirectory, testSystem } from '../support/servers.ts';

/** Contents of a version: bodies by address, and bytes of files by nothing but their digest. */
export interface Contents {
  readonly artifacts?: Readonly<Record<string, JsonValue>>;
  readonly files?: readonly string[];
}

const lineOf = (address: string, body: JsonValue): ManifestLine => {
  const [kind = '', ...name] = address.split('.');
  return { kind: kind as ArtifactKind, name: name.join('.'), digest: digestOfBytes(canonicalBytes(body)) };
};

const changeOf = ({ kind, name, digest }: ManifestLine): Change => ({
  ...{ address: addressOf(kind, name), kind, name, actions: ['create'], reason: 'new in v1.0.0' },
  ...{ before_digest: null, after_digest: digest, detail: null },
});

export const sectionOf = (lines: readonly ManifestLine[]): PlanSection => ({
  target: 'production',
  environment: 'production',
  kind: 'release',
  place_id: 'new',
  digest: 'd',
  configuration: {},
  from: { seq: 0, activation: 0, version: null, manifest_digest: emptyManifestDigest },
  to: { version: 'v1.0.0', commit: 'c0ffee', manifest_digest: 'ab'.repeat(32), seq: null },
  changes: lines.map(changeOf),
  drift: [],
  variables: [],
  configuration_changes: [],
  held: [],
  gates: [],
  approvals: 0,
  allow_deletes: false,
  backup: null,
  notes: [],
  blocks: [],
});

/** What gates look at, with the contents of a version; what a test wants otherwise is given as `changes`. */
export const gateInput = (
  { artifacts = {}, files = [] }: Contents = {},
  changes: Partial<Omit<GateInput, 'target'>> & { readonly gates?: GatesFile; readonly maxDeletes?: number } = {},
): GateInput => {
  const { gates, maxDeletes, ...rest } = changes;
  const lines = Object.entries(artifacts).map(([address, body]) => lineOf(address, body));
  const bodies = new Map<Digest, Buffer>([
    ...Object.values(artifacts).map((body) => {
      const bytes = Buffer.from(canonicalBytes(body));
      return [digestOfBytes(bytes), bytes] as const;
    }),
    ...files.map((text) => [digestOfBytes(text), Buffer.from(text)] as const),
  ]);
  const read: GateInput['bodies'] = async function* (digests) {
    for (const digest of digests) {
      const body = bodies.get(digest);
      if (body) yield { digest, body };
    }
  };
  const target = {
    name: 'production',
    gates: gatesOf(gates),
    deployment: { ...(maxDeletes !== undefined && { maxDeletes }) },
  } as TargetConfig;
  return {
    system: testSystem(),
    section: sectionOf(lines),
    target,
    environmentType: 'production',
    desired: {
      version: 'v1.0.0',
      commit: 'c0ffee',
      manifestDigest: 'ab'.repeat(32),
      seq: null,
      lines: () => Promise.resolve(lines),
      bodies: read,
      pathOf: (address) =>
        Promise.resolve(
          address.startsWith('processor.') ? `processors/${address.slice(10)}/processor.yaml` : undefined,
        ),
    },
    findings: [],
    directory: temporaryDirectory(),
    actor: 'alice',
    bodies: read,
    gateways: () => Promise.resolve([]),
    peers: () => Promise.resolve([]),
    passedBefore: () => Promise.resolve(undefined),
    workingTree: () => Promise.resolve(undefined),
    now: () => Promise.resolve(new Date()),
    runs: () => Promise.resolve([]),
    redact: (text) => text,
    ...rest,
  };
};

/** `fail: 1 secret in 2 artifacts`: the short form of what a gate makes of something. */
export const said = async (gate: Gate, input: GateInput): Promise<string> => shortOf(await gate.run(input));

export const shortOf = ({ verdict, summary }: GateOutcome): string => `${verdict}: ${summary}`;

export const codesIn = ({ findings = [] }: GateOutcome): readonly string[] => findings.map(({ code }) => code);
