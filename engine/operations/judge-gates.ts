import type { ReleaseEvent } from '../apply/index.ts';
import { type GateInput, type JudgedGate, runGates } from '../clearance/index.ts';
import { type BodyReader, type Desired, prepareVersion, selectionOf } from '../plan/index.ts';
import { appendLog, type GateResult, keepGates, listGates, momentNow, recentRuns } from '../state/index.ts';
import type { Digest } from '../values/index.ts';
import { untaggedVersion } from '../versions/index.ts';
import type { PlannedTarget } from './plan-desired.ts';
import { asOutcome, once, type Session } from './session.ts';

/** Reads bodies of a version, those of another host at once, and keeps for the release that follows what was kept for it. */
const readAndKeep = ({ kept }: Session, desired: Desired): BodyReader =>
  async function* (digests) {
    await desired.gather?.(digests);
    for await (const found of desired.bodies(digests)) {
      kept?.keep(found.digest, Buffer.from(found.body));
      yield found;
    }
  };

/** What the artifacts of the working tree come to; undefined where there is no working tree, or one that cannot be read. */
const workingTreeDigest = async (session: Session): Promise<Digest | undefined> => {
  const { config, state } = session;
  const source = await session.source();
  const found = await asOutcome(async () => {
    const tree = await source.workingTree(selectionOf(config));
    return prepareVersion({ config, state, source }, untaggedVersion(tree, tree.uncommitted.length > 0), undefined);
  });
  return found.ok ? found.value.manifestDigest : undefined;
};

/** With what evidence a gate passed what the place runs. What somebody has changed by hand is nobody's release. */
const passedBefore =
  ({ state }: Session, { reading }: PlannedTarget): GateInput['passedBefore'] =>
  async (gate) => {
    const marker = reading.status?.marker;
    if (!marker) return undefined;
    const found = (await listGates(state, marker.releaseId)).find((result) => result.gate === gate);
    return found?.passed ? found.evidence : undefined;
  };

/** What the gates of a planned target look at. */
const gateInput = (session: Session, planned: PlannedTarget, desired: Desired): GateInput => {
  const { context, config, state, gateways } = session;
  const { section, target, environmentType, findings } = planned;
  return {
    system: context.system,
    section,
    target,
    environmentType,
    desired,
    findings,
    directory: config.directory,
    actor: context.actor,
    bodies: readAndKeep(session, desired),
    gateways: () => gateways.of(target.gateways),
    peers: () => gateways.peers(planned.peers),
    passedBefore: passedBefore(session, planned),
    workingTree: once(() => workingTreeDigest(session)),
    now: () => momentNow(state),
    runs: (most) => recentRuns(state, desired.manifestDigest, most),
    redact: context.redactor.redact,
  };
};

/** Judges a planned target by its gates, and tells each as it ends. Without a version there is nothing to judge. */
export const judgeGates = async (
  session: Session,
  planned: PlannedTarget,
  tell: (judged: JudgedGate) => Promise<void>,
): Promise<readonly JudgedGate[]> =>
  planned.desired ? runGates(gateInput(session, planned, planned.desired), tell) : [];

const said = {
  pass: 'passed',
  warn: 'passed with a warning',
  fail: 'did not pass',
  skipped: 'was not judged',
} as const;
const levels = { pass: 'info', warn: 'warn', fail: 'error', skipped: 'error' } as const;

/** What nobody judges in an emergency, recorded as what it is: not passed. */
const recordSkipped = async ({ state }: Session, releaseId: string, gates: readonly string[]): Promise<void> => {
  const evidence = { summary: 'skipped in an emergency' };
  const skipped = { verdict: 'skipped', passed: false, durationMs: 0, evidence } as const;
  await keepGates(
    state,
    releaseId,
    gates.map((gate) => ({ gate, ...skipped })),
  );
  for (const gate of gates) {
    await appendLog(state, null, releaseId, 'warn', `Gate "${gate}" was skipped in an emergency.`);
  }
};

/** Judges the gates of a release that was asked for, and records each as it ends. In an emergency none is judged. */
export const recordGates = async (
  session: Session,
  planned: PlannedTarget,
  releaseId: string,
  report: (event: ReleaseEvent) => void,
): Promise<readonly GateResult[]> => {
  const { state } = session;
  const { emergency } = planned.section;
  if (emergency) {
    await recordSkipped(session, releaseId, emergency.gates_skipped);
    return [];
  }
  const judged = await judgeGates(session, planned, async ({ result, output }) => {
    const { gate, verdict, evidence } = result;
    report({ type: 'gate_result', result });
    if (!(await keepGates(state, releaseId, [result]))) return;
    const line = `Gate "${gate}" ${said[verdict]}: ${String(evidence.summary)}`;
    await appendLog(state, null, releaseId, levels[verdict], line);
    if (output !== '' && verdict !== 'pass') await appendLog(state, null, releaseId, levels[verdict], output);
  });
  return judged.map(({ result }) => result);
};
