import type { ArtifactDifference, ValueChange } from '../artifacts/index.ts';
import type { Role } from '../config/index.ts';
import type { GatewayPreflight } from '../gateways/index.ts';
import type { ArtifactKind, Digest, JsonObject } from '../values/index.ts';

/** What is done to an artifact. A list, so that "contains delete" is one test. */
export type Action = 'create' | 'update' | 'delete' | 'no-op';

/** One artifact that would change, and why. */
export interface Change {
  /** `workflow.invoice-extraction` */
  readonly address: string;
  readonly kind: ArtifactKind;
  readonly name: string;
  readonly actions: readonly Action[];
  /** A short sentence: why this change is in the plan. */
  readonly reason: string;
  /** The content that is in the place now; null for a creation. */
  readonly before_digest: Digest | null;
  /** The content that will be there; null for a deletion. */
  readonly after_digest: Digest | null;
  /** The semantic difference of an update; null where there is nothing to compare. */
  readonly detail: ArtifactDifference | null;
}

/** One difference between what was recorded and what is really in the place. */
export interface Drift {
  /**
   * An artifact's address, `pointer` for the place's active pointer, `marker` for what a release left with its sequence,
   * or `variable.NAME`.
   */
  readonly address: string;
  /**
   * What was changed by hand: an artifact's body, a file of a processor, the row that says which content a name has, the
   * active pointer, the marker that says which release wrote the active sequence, or a variable.
   */
  readonly field: 'body' | 'file' | 'digest' | 'row' | 'pointer' | 'marker' | 'variable';
  /** What was recorded: a digest, a sequence, a value, or null where a row should not be there. */
  readonly recorded: string | null;
  /** What is there: a digest, a sequence, a value, or null where a row is missing. */
  readonly actual: string | null;
  readonly reason: string;
}

/** One part of the configuration that would be recorded otherwise than it is, and why. */
export interface ConfigurationChange {
  /** `environment.staging`, `target.production`, `variable.LOG_LEVEL`, `source`, `backups`. */
  readonly address: string;
  readonly actions: readonly Action[];
  readonly reason: string;
  /** Null for a creation. */
  readonly before_digest: Digest | null;
  /** Null for a deletion. */
  readonly after_digest: Digest | null;
  /** What differs in an update; null for a creation and a deletion. */
  readonly detail: readonly ValueChange[] | null;
  /** What is less strict afterwards, one short text each. */
  readonly loosens: readonly string[];
  /** The targets that it can affect, sorted. */
  readonly affects: readonly string[];
}

/** A change of the configuration that this plan does not carry out, because it affects targets outside of it. */
export interface WithheldChange extends ConfigurationChange {
  /** Those of them that are recorded, sorted. */
  readonly waits_for: readonly string[];
}

/** A variable that the place would have with another value. Values whose names sound secret are shown as `***`. */
export interface VariableChange {
  readonly name: string;
  /** Null where the place has no such variable. */
  readonly before: string | null;
  /** Null where it goes. */
  readonly after: string | null;
}

/** Who may give the approvals that a section needs, and until when. */
export interface ApprovalDemand {
  /** Sorted; null for anybody. */
  readonly allowed_approvers: readonly string[] | null;
  /** Only these roles; whoever's role would do where it is not given. */
  readonly allowed_roles?: readonly Role[];
  /** `requester`: who asked for it cannot approve it. `committers`: nor can whoever wrote it. */
  readonly separation_of_duties: 'requester' | 'committers' | 'off';
  /** Who wrote what it brings, sorted: names of the team, or as their commits name them. With `committers` only. */
  readonly committers?: readonly string[];
  /** Hours from when it begins to wait; null for no end. */
  readonly timeout_hours: number | null;
  /** What is overdue is rejected by itself. */
  readonly rejects_when_due: boolean;
}

/** What of the configuration affects several targets, or none that can be planned. */
export interface ConfigurationSection {
  /** Identifies the changes and what they rest on. */
  readonly digest: Digest;
  readonly changes: readonly ConfigurationChange[];
  /** The targets whose recorded rules, the strictest of them, hold for these changes. */
  readonly held_to: readonly string[];
  /** How many approvals are needed. */
  readonly approvals: number;
  /** Whose; there where any are needed. */
  readonly approval?: ApprovalDemand;
  /** Environments and targets may be removed: `--allow-deletes` was given. */
  readonly allow_deletes: boolean;
  readonly blocks: readonly Block[];
}

/** Where a section starts from. */
export interface From {
  /** The sequence that the place's pointer names; 0 where nothing is active. */
  readonly seq: number;
  /** The number of the last activation; 0 before the first. */
  readonly activation: number;
  readonly version: string | null;
  /** What the active sequence really comes to, computed by the place. */
  readonly manifest_digest: Digest;
}

/** Where a section leads. */
export interface To {
  readonly version: string;
  /** The Git commit of the version; null where it is known from the place or a backup alone. */
  readonly commit: string | null;
  readonly manifest_digest: Digest;
  /** An existing sequence to move the pointer to; null where a new one is written. */
  readonly seq: number | null;
}

/** Why a section cannot be applied now, who can clear it, and how. Outside the digest: clearing it needs no new plan. */
export interface Block {
  readonly code: string;
  readonly reason: string;
  readonly remedy: string;
  /** When it clears by itself: ISO 8601, UTC. Not there where somebody has to clear it. */
  readonly until?: string;
}

/** `release` brings a version, `rollback` goes back to one that succeeded here, `restore` brings a backup's content. */
export type SectionKind = 'release' | 'rollback' | 'restore';

/** What an emergency passes over, for a justification and a role. */
export interface EmergencyTerms {
  /** Names of the gates that are not judged before it. */
  readonly gates_skipped: readonly string[];
  /** How many approvals it would need otherwise. */
  readonly approvals_replaced: number;
  /** Whoever declares it has one of these roles. */
  readonly allowed_roles: readonly string[];
  /** A review stays open until what runs has passed the gates. */
  readonly review: boolean;
}

/** Everything that one target would go through: complete and inert. */
export interface PlanSection {
  readonly target: string;
  readonly environment: string;
  readonly kind: SectionKind;
  /** The id of the place, or `new` until its first activation. */
  readonly place_id: string;
  /** Identifies what would be done and what it rests on: lineage, place, target, configuration, from, to, changes, drift, variables, gates. */
  readonly digest: Digest;
  /** The slice of configuration that this target depends on; expressions are not resolved. */
  readonly configuration: JsonObject;
  readonly from: From;
  /** Null where there is nothing to bring here yet, such as `{ from: staging }` while staging is empty. */
  readonly to: To | null;
  readonly changes: readonly Change[];
  readonly drift: readonly Drift[];
  /** Variables of the place that get another value, or go, with the pointer. */
  readonly variables: readonly VariableChange[];
  /** What of the configuration affects this target alone; recorded when the release has succeeded. */
  readonly configuration_changes: readonly ConfigurationChange[];
  /** Recorded rules that hold although the file says less, one short text each. */
  readonly held: readonly string[];
  /** Names of the gates that must pass. */
  readonly gates: readonly string[];
  /** How many approvals are needed, by different people. */
  readonly approvals: number;
  /** Whose; there where any are needed. */
  readonly approval?: ApprovalDemand;
  /** There where the release is an emergency. */
  readonly emergency?: EmergencyTerms;
  /** More deletes than the target's `max_deletes` are allowed: `--allow-deletes` was given. */
  readonly allow_deletes: boolean;
  /** For a restore, the backup; for a release or a rollback null. */
  readonly backup: string | null;
  /** Sentences that a reader should see: why nothing is planned, what this section waits for. */
  readonly notes: readonly string[];
  readonly blocks: readonly Block[];
  /** How the target's gateways were when this was planned, where it has any and there is something to do. Outside the digest. */
  readonly preflight?: readonly GatewayPreflight[];
}

/** How many artifacts of one kind are created, updated and deleted. */
export interface KindCount {
  readonly create: number;
  readonly update: number;
  readonly delete: number;
}

/** A warning or an error that came with the plan. */
export interface PlanDiagnostic {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly summary: string;
  readonly detail: string;
  readonly address: string | null;
}

/** The plan as it is saved, shown and applied: self-describing, renderable without configuration, provider or database. */
export interface PlanDocument {
  readonly format_version: '1.0';
  readonly plan_id: string;
  /** ISO 8601, UTC. */
  readonly created_at: string;
  readonly created_by: string;
  readonly tool_version: string;
  readonly project: string;
  /** The lineage of the state that the plan belongs to. */
  readonly lineage: string;
  /** `all`: no target was named, so that the plan covers every change of the configuration. */
  readonly scope: 'all' | 'named';
  readonly sections: readonly PlanSection[];
  /** Carried out after the sections; null where there is nothing of it. */
  readonly configuration: ConfigurationSection | null;
  readonly withheld: readonly WithheldChange[];
  readonly diagnostics: readonly PlanDiagnostic[];
  /** SHA-256 over the canonical form of everything else in this document. */
  readonly integrity: Digest;
}
