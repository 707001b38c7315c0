import type { EnvironmentConfig, TargetConfig } from '../../config/index.ts';
import type { Diagnostic } from '../../diagnostics/index.ts';
import type { OpenGateway, Peer } from '../../gateways/index.ts';
import type { BodyReader, Desired, PlanSection } from '../../plan/index.ts';
import type { SmokeRun } from '../../state/index.ts';
import type { System } from '../../system/index.ts';
import type { Digest, JsonObject } from '../../values/index.ts';

/** What a gate looks at. Everything that costs something is asked for when it is needed. */
export interface GateInput {
  readonly system: System;
  readonly section: PlanSection;
  /** With the rules that really hold for it. */
  readonly target: TargetConfig;
  readonly environmentType: EnvironmentConfig['type'];
  /** The version that is to be released. */
  readonly desired: Desired;
  /** What was found in its artifacts when it was read. */
  readonly findings: readonly Diagnostic[];
  /** That of the configuration: where commands run and files of reports are looked for. */
  readonly directory: string;
  readonly actor: string;
  /** Contents of the version by their digest; whoever writes them later can have them once more. */
  readonly bodies: BodyReader;
  readonly gateways: () => Promise<readonly OpenGateway[]>;
  /** The other gateways of its environment. */
  readonly peers: () => Promise<readonly Peer[]>;
  /** With what evidence a gate passed the content that the place runs now; undefined where it did not, or was not there. */
  readonly passedBefore: (gate: string) => Promise<JsonObject | undefined>;
  /** The digest of the artifacts in the working tree; undefined where there is none. */
  readonly workingTree: () => Promise<Digest | undefined>;
  /** This moment by the clock of the state's database: that of no machine decides what holds. */
  readonly now: () => Promise<Date>;
  /** How this very content answered wherever it was released, the newest first; at most so many. */
  readonly runs: (most: number) => Promise<readonly MeasuredRun[]>;
  /** Takes every known secret out of a text. */
  readonly redact: (text: string) => string;
}

export interface MeasuredRun extends SmokeRun {
  readonly target: string;
}

/** One thing that a gate found. */
export interface GateFinding {
  readonly severity: 'error' | 'warning';
  /** That of a diagnostic, or that of whoever found it, such as `secret/basicauth`. */
  readonly code: string;
  readonly detail: string;
  /** The artifact that it is about; null where it is about none. */
  readonly address: string | null;
  /** `path:line:column` or a part of that; null where it stands in no file. */
  readonly file: string | null;
}

/** What a gate makes of a section. */
export interface GateOutcome {
  readonly verdict: 'pass' | 'warn' | 'fail';
  /** What the verdict rests on, in a few words that stand after a colon. */
  readonly summary: string;
  readonly findings?: readonly GateFinding[];
  /** What the verdict rests on, for programs. */
  readonly evidence?: JsonObject;
  /** What a command printed; bounded, without secrets. */
  readonly output?: string;
  /** Not judged to its end, because somebody interrupted it. */
  readonly interrupted?: boolean;
}

/**
 * What a gate cannot do without: `version` what was read of the version already, `contents` the bodies of its artifacts,
 * `files` reports beside the configuration, `gateways` their answers, `records` what former releases left, `commands` a
 * shell. Gates that start commands are judged last.
 */
export type GateNeed = 'version' | 'contents' | 'files' | 'gateways' | 'records' | 'commands';

/** A judgement that must be passed before anything is written. It changes nothing. */
export interface Gate {
  readonly name: string;
  readonly needs: readonly GateNeed[];
  /** Throws `Refusal` where something it needs cannot be had; then it has not passed. */
  readonly run: (input: GateInput) => Promise<GateOutcome>;
}

/** A diagnostic as gates tell it. */
export const findingOf = ({ severity, code, detail, address, range }: Diagnostic): GateFinding => ({
  severity,
  code,
  detail,
  address: address ?? null,
  file: range ? `${range.filename}:${range.start.line}:${range.start.column}` : null,
});

export const ofSeverity = <T extends { readonly severity: 'error' | 'warning' }>(
  findings: readonly T[],
  severity: 'error' | 'warning',
): readonly T[] => findings.filter((finding) => finding.severity === severity);

/** The verdict of a gate that fails for errors and warns of warnings. */
export const verdictOf = (findings: readonly GateFinding[]): GateOutcome['verdict'] =>
  ofSeverity(findings, 'error').length > 0 ? 'fail' : findings.length > 0 ? 'warn' : 'pass';
