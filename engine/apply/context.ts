import type { Clearance } from '../clearance/index.ts';
import type { SmokeTest, TargetConfig } from '../config/index.ts';
import { Refusal } from '../diagnostics/index.ts';
import type { OpenGateway, Peer, WorkflowNeeds } from '../gateways/index.ts';
import type { Desired, PlanSection } from '../plan/index.ts';
import type { ArtifactStore, BackupStore, Check, Variables } from '../provider/index.ts';
import {
  appendLog,
  beginStep,
  type DeclaredChange,
  endStep,
  type Lease,
  type ReleaseFailure,
  type State,
  type Tell,
} from '../state/index.ts';
import type { System } from '../system/index.ts';
import { type ReleaseEvent, type StepName, stepTitles } from './events.ts';

/** One place and everything that is needed to work on it. */
export interface PlaceAccess {
  readonly environment: string;
  readonly store: ArtifactStore;
  /** Opens the place's connection again after it broke. */
  readonly reconnect: () => Promise<void>;
}

/** Configuration that goes into effect with a release. */
export interface DeclaredRelease {
  /** The place of a target is filled in when the release ends. */
  readonly changes: readonly DeclaredChange[];
  /** Nothing governed the target before: its rules are its first. */
  readonly isFirst: boolean;
  /** Whether the target is recorded in the place that it releases into. */
  readonly settles: boolean;
}

/** What a release is carried out with. */
export interface ReleaseInput {
  readonly system: System;
  readonly state: State;
  readonly place: PlaceAccess;
  readonly backups: BackupStore;
  /** Opens what carries a smoke test out. Throws `Refusal` where that cannot be done. */
  readonly openCheck: (test: SmokeTest) => Promise<Check>;
  /** Those of the target, and what the changed workflows need of them. */
  readonly gateways: readonly OpenGateway[];
  readonly needs: readonly WorkflowNeeds[];
  /** Those of any target that releases into the place, for what a dead process left. Throws nothing for one that is lost. */
  readonly gatewaysOf: (target: string) => Promise<readonly OpenGateway[]>;
  /** The other gateways of its environment. */
  readonly peers: readonly Peer[];
  readonly isProduction: boolean;
  readonly section: PlanSection;
  readonly planId: string;
  readonly desired: Desired;
  readonly target: TargetConfig;
  /** Why the windows of the target are passed over; null where they are not, or where it has none. */
  readonly windowOverride: string | null;
  /**
   * When a window closes that ends a release in which nothing was activated, or lets it wait, on the monotonic clock: waiting
   * for the lease counts. Null where none does.
   */
  readonly windowCloses: { readonly atMs: number; readonly pauses: boolean } | null;
  /** The directory in which smoke tests run. */
  readonly directory: string;
  readonly clearance: Clearance;
  /** Judges again under the lease, with what is recorded by then. */
  readonly judgeAgain: () => Promise<Clearance>;
  readonly release: {
    readonly id: string;
    /** Who carries it out. */
    readonly actor: string;
    /** Who asked for it. */
    readonly requestedBy: string;
    /** It waited for approvals before: where it is refused, it waits on. */
    readonly hasWaited: boolean;
    readonly reason: string | null;
    readonly onFailure: 'rollback' | 'keep';
  };
  /** What was recorded to be active before: where the way back leads. Seq 0 and null where nothing was. */
  readonly before: { readonly seq: number; readonly version: string | null; readonly variables: Variables };
  /** The variables that the place gets with the pointer. */
  readonly variables: Variables;
  /** What is recorded of the configuration with the success. */
  readonly declared: DeclaredRelease;
  /** The tree and commit of the version; undefined where the content comes from the place or a backup. */
  readonly recordAs: { readonly commit: string; readonly treeId: string } | undefined;
  readonly ciRun: string | null;
  readonly lockTimeoutMs: number;
  readonly report: (event: ReleaseEvent) => void;
  /** Tells people, within the transaction of what they are told. */
  readonly tell: Tell;
  /** Told what refused it before it began, where that is in the audit trail as the end of the release. */
  readonly audited: (error: unknown) => void;
  /** Takes every known secret out of a text before it is stored. */
  readonly redact: (text: string) => string;
}

/** The lease of the place together with the fence that it raised there. */
export interface Hold {
  readonly lease: Lease;
  readonly placeId: string;
  readonly fence: number;
}

/** A step that failed, with the diagnostics that say why where the failure was foreseen. */
export class StepFailed extends Error {
  readonly step: StepName;

  constructor(step: StepName, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'StepFailed';
    this.step = step;
  }
}

/** What really went wrong, whatever step it happened in. */
export const causeOf = (error: unknown): unknown => (error instanceof StepFailed ? error.cause : error);

/** What is known of a failure, in the form in which a release keeps it. */
export const failureOf = (error: unknown, redact: (text: string) => string): ReleaseFailure => {
  const step = error instanceof StepFailed ? error.step : 'unknown';
  const cause = causeOf(error);
  const [diagnostic] = cause instanceof Refusal ? cause.diagnostics : [];
  return {
    step,
    code: diagnostic?.code ?? 'unexpected',
    message: redact(diagnostic?.detail ?? (cause instanceof Error ? cause.message : String(cause))),
  };
};

/** Whether an error says that somebody else now has the right to write: then nothing more may be written. */
export const isDisplaced = (error: unknown): boolean => {
  const cause = causeOf(error);
  return (
    cause instanceof Refusal && cause.diagnostics.some(({ code }) => code === 'place-fenced' || code === 'lease-lost')
  );
};

/** Whether an error leaves open who has the right to write by now: a lease ends with the connection that took it. */
export const isOutOfTouch = (error: unknown): boolean => {
  const cause = causeOf(error);
  return cause instanceof Refusal && cause.diagnostics.some(({ code }) => code === 'database-connection-lost');
};

/** Says something in the release's log and to whoever watches. */
export const say = async (
  input: Pick<ReleaseInput, 'state' | 'report' | 'redact'>,
  { lease }: Hold,
  releaseId: string,
  level: 'info' | 'warn' | 'error',
  message: string,
): Promise<void> => {
  const shown = input.redact(message).trimEnd();
  input.report({ type: 'log', level, message: shown });
  await appendLog(input.state, lease, releaseId, level, shown);
};

/** Carries out one step: told, journaled before and after, logged with its outcome. `work` returns the detail to show. */
export const step = async <T>(
  input: Pick<ReleaseInput, 'state' | 'report' | 'system' | 'redact'>,
  hold: Hold,
  releaseId: string,
  name: StepName,
  work: () => Promise<{ readonly value: T; readonly detail: string }>,
): Promise<T> => {
  const { clock } = input.system;
  const began = clock.monotonicMs();
  input.report({ type: 'step_start', step: name, title: stepTitles[name] });
  const complete = (outcome: 'done' | 'failed', detail: string): void =>
    input.report({ type: 'step_complete', step: name, outcome, detail, durationMs: clock.monotonicMs() - began });
  const { lease } = hold;
  const n = await beginStep(input.state, lease, releaseId, name);
  const { value, detail } = await work().catch(async (error: unknown) => {
    const failed = new StepFailed(name, error);
    const message = input.redact(failed.message);
    complete('failed', message);
    if (!isDisplaced(failed)) await recordFailedStep(input, lease, { releaseId, n, name, message });
    throw failed;
  });
  complete('done', detail);
  try {
    await endStep(input.state, lease, releaseId, n, { outcome: 'done', detail });
    await appendLog(input.state, lease, releaseId, 'info', `${stepTitles[name]}: ${detail}`);
  } catch (error) {
    // What was done is done: it must not be journaled as failed because it could not be journaled as done.
    throw new StepFailed(name, error);
  }
  return value;
};

const recordFailedStep = async (
  input: Pick<ReleaseInput, 'state' | 'system'>,
  lease: Lease,
  failed: { readonly releaseId: string; readonly n: number; readonly name: StepName; readonly message: string },
): Promise<void> => {
  const { releaseId, n, name, message } = failed;
  try {
    await endStep(input.state, lease, releaseId, n, { outcome: 'failed', detail: message });
    await appendLog(input.state, lease, releaseId, 'error', `${stepTitles[name]}: ${message}`);
  } catch (error) {
    // The failure itself is what must be reported; that it could not be journaled is the next step's failure too.
    input.system.log.warn(`the failed step could not be journaled: ${String(error)}`);
  }
};
