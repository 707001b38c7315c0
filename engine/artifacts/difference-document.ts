import type { JsonValue } from '../values/index.ts';

/**
 * What differs between two artifacts, in the words of a reader: the `detail` of a change in the plan document. Plain JSON.
 * Lists are cut where there is too much to read; `counts` are always complete.
 */
export interface ArtifactDifference {
  /** How much differs, whether or not it is listed. */
  readonly counts: DifferenceCounts;
  /** Nodes of a workflow, by their id. Empty for agents, and where the two have no common shape. */
  readonly nodes: NodeDifference;
  /** Edges of a workflow, by the ids of their ends. */
  readonly edges: EdgeDifference;
  /** Everything else that matters, by path: the envelope of a workflow, all of an agent. */
  readonly fields: readonly ValueChange[];
  /** What changes nothing that runs: the order of nodes and dependencies, the layout, `metadata`. */
  readonly cosmetic: readonly ValueChange[];
  /** Files of a processor, by path; not there for other kinds. */
  readonly files?: readonly FileChange[];
  /** How many entries of the lists above (a node, an edge, a value) were left out. */
  readonly omitted: number;
}

export interface DifferenceCounts {
  readonly nodes_added: number;
  readonly nodes_removed: number;
  readonly nodes_changed: number;
  readonly edges_added: number;
  readonly edges_removed: number;
  /** Values outside of nodes. */
  readonly fields_changed: number;
  readonly cosmetic: number;
  /** Files of a processor; not there for other kinds. */
  readonly files_added?: number;
  readonly files_removed?: number;
  readonly files_changed?: number;
}

/** A file of a processor that differs. */
export interface FileChange {
  /** Relative to the folder of the processor. */
  readonly path: string;
  readonly action: 'added' | 'removed' | 'changed';
  readonly before?: FileState;
  readonly after?: FileState;
  /** Where both are texts of readable length and the bytes differ. */
  readonly text?: readonly TextLine[];
}

export interface FileState {
  /** `100644`, or `100755` for a file that can be run. */
  readonly mode: string;
  readonly digest: string;
  /** In bytes; not there where nobody looked. */
  readonly size?: number;
}

export interface NodeDifference {
  readonly added: readonly NodeReference[];
  readonly removed: readonly NodeReference[];
  readonly changed: readonly NodeChange[];
}

export interface NodeReference {
  /** The node's `task_id`. */
  readonly id: string;
  /** The node's `query_str`. */
  readonly label?: string;
}

export interface NodeChange {
  readonly id: string;
  /** The label after the change. */
  readonly label?: string;
  /** Relative to the node. */
  readonly changes: readonly ValueChange[];
}

export interface EdgeDifference {
  readonly added: readonly Edge[];
  readonly removed: readonly Edge[];
}

/** `to` runs after `from`. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** `dependency`: `to` lists `from` in its dependencies. `control`: `from` names `to` as a target. Or both at once. */
  readonly kind: 'dependency' | 'control' | 'both';
}

/** One value that differs. Secrets are shown as `***`, and long values are cut and end with `…`. */
export interface ValueChange {
  /** Such as `definition.params.layout`; elements of lists that have ids or names are named by them. */
  readonly path: string;
  /** `reordered`: the same elements in another order. */
  readonly action: 'added' | 'removed' | 'changed' | 'reordered';
  readonly before?: JsonValue;
  readonly after?: JsonValue;
  /** In the place of `before` and `after` where both are long texts, such as prompts. */
  readonly text?: readonly TextLine[];
}

/** One line of a text difference; `skipped` stands for `count` unchanged or omitted lines. */
export interface TextLine {
  readonly kind: 'same' | 'added' | 'removed' | 'skipped';
  readonly line?: string;
  readonly count?: number;
}
