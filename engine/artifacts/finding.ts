import type { DiagnosticCode } from '../diagnostics/index.ts';
import type { StructuralPath } from '../values/index.ts';

/** Something wrong in an artifact, before its position is looked up. An artifact in order produces none of these. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly code: DiagnosticCode;
  readonly detail: string;
  readonly path: StructuralPath;
  readonly hint?: string | undefined;
}

/** Receives findings one by one, so that a check allocates nothing where there is nothing to say. */
export type Report = (finding: Finding) => void;

/** Which groups of checks run; a group that is left out runs. They follow the keys of `gates.validation`. */
export interface ValidationChecks {
  /** Empty workflows, roots, cycles, dependencies, duplicate ids, and where control nodes lead. */
  readonly checkDagCycles?: boolean;
  /** Ids, node types, methods, fields and endpoints; the fields of agents. */
  readonly checkNodeSchemas?: boolean;
  /** The JSONPath of conditions, and whether references lead to nodes that exist. */
  readonly checkJsonpath?: boolean;
}
