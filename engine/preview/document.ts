import type { Bump, Evidence, WorkflowGraph } from '../artifacts/index.ts';
import type { Action, Change } from '../plan/index.ts';

/**
 * What merging one commit into another would bring: plain JSON, from Git alone, that anybody can show without a provider, a
 * configuration or a database.
 */
export interface PreviewDocument {
  readonly format_version: '1.0';
  readonly project: string;
  readonly tool_version: string;
  readonly created_at: string;
  /** Covers everything that merging would bring, and nothing of when and by whom that was looked at. */
  readonly digest: string;
  readonly base: PreviewCommit;
  readonly head: PreviewCommit;
  /** What the targets were compared with: `base`, what they were recorded to run, or what a status file says of that. */
  readonly against: 'base' | 'state' | 'status';
  /** When the status file was so; null where none was given. */
  readonly status_at: string | null;
  /** The version that would be made next; null where no artifact differs. */
  readonly version: NextVersion | null;
  /** How many other artifacts the next version brings, because the base changed them since its last one. */
  readonly unreleased: number;
  /** Destructive first, then updates, then creations; by address within each. */
  readonly changes: readonly PreviewChange[];
  readonly targets: readonly PreviewTarget[];
  /** Parts of the configuration that the head changes: none of them counts before it is merged. */
  readonly configuration: readonly ConfigurationNote[];
  /** How many of these there are altogether: the list ends where it is too long to be read. */
  readonly configuration_counts: ConfigurationCounts;
  /** Files that both sides changed since they parted, so that nobody can tell what merging makes of them. */
  readonly conflicts: readonly string[];
  readonly problems: readonly PreviewProblem[];
}

export interface PreviewCommit {
  /** As it was asked for, such as a branch. */
  readonly ref: string;
  /** The whole id. */
  readonly commit: string;
}

export interface NextVersion {
  /** The version that it follows; null for the first. */
  readonly base: string | null;
  readonly name: string;
  readonly bump: Bump;
  /** Why the number rises that far, the greatest first. */
  readonly evidence: readonly Evidence[];
}

export interface PreviewChange extends Change {
  /** The file that it comes from, in the head or, for a deletion, in the base. */
  readonly path: string;
  /** What a changed or new workflow runs on; null for other kinds and for deletions. */
  readonly uses: WorkflowUses | null;
  /** The workflow with what changes in it; null for other kinds, and where it is too large for a picture. */
  readonly graph: WorkflowGraph | null;
}

/** What the merged project has for the endpoints of a workflow. Sorted, each once. */
export interface WorkflowUses {
  readonly agents: readonly string[];
  readonly processors: readonly string[];
  /** The addresses of those of them that merging would bring or change, such as `agent.router`. */
  readonly changed: readonly string[];
  /** Such as `extract_executor`, as endpoints name them. */
  readonly executors: readonly string[];
}

export interface PreviewTarget {
  readonly target: string;
  readonly environment: string;
  readonly environment_type: 'development' | 'staging' | 'production';
  /** `release`: the next version would be released there, or asked for. `none`: its version stays as it is. */
  readonly outcome: 'release' | 'none';
  /** What it runs, as recorded; the version of the base where nothing was read, and null where there is none. */
  readonly from: string | null;
  readonly to: string | null;
  /** Whether it happens by itself, waits for somebody, or why it does not happen. */
  readonly reason: string;
  readonly counts: Readonly<Record<Exclude<Action, 'no-op'>, number>>;
  readonly gateways: readonly string[];
  readonly gates: readonly PreviewGate[];
}

export interface PreviewGate {
  readonly gate: string;
  /** `skipped`: a preview does not judge it, and says why. */
  readonly verdict: 'pass' | 'warn' | 'fail' | 'skipped';
  readonly summary: string;
}

export interface ConfigurationNote {
  /** `m3forge.yaml`, a file that it includes, `m3forge.lock`, or the folder of a provider. */
  readonly path: string;
  /** Such as `target.production.approvals.min_approvals`. */
  readonly key: string;
  readonly what: 'added' | 'removed' | 'changed';
  /** Whether it is about who may do what, or what is asked of a release: then it is told first. */
  readonly guards: boolean;
  /** Of the version of a target, and whether it is enabled: what it was and would be. Null for every other key. */
  readonly value: { readonly before: string | null; readonly after: string | null } | null;
}

export interface ConfigurationCounts {
  /** Of those that guard something. */
  readonly rules: number;
  readonly others: number;
}

export interface PreviewProblem {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly detail: string;
  /** The file and the line, where there is one. */
  readonly path: string | null;
  readonly line: number | null;
}
