// What must pass before a release, as it is written under `targets.*.gates`.

export interface GatesFile {
  /** The artifacts of the version are checked, as `m3forge validate` checks them. */
  readonly validation?: ValidationGateFile;
  /** The artifacts are searched for secrets, and what a scanner found in the processors is read. */
  readonly security?: SecurityGateFile;
  /** Commands whose reports are read, and limits on how fast and how surely a version answers. */
  readonly tests?: TestGatesFile;
  /** Rules over the plan, each an expression that must be true. */
  readonly policies?: readonly PolicyGateFile[];
}

export interface ValidationGateFile {
  /**
   * Whether the gate is there at all.
   * @default true
   */
  readonly enabled?: boolean;
  /**
   * Whether a warning is enough to stop the release.
   * @default false
   */
  readonly fail_on_warnings?: boolean;
  /**
   * Empty workflows, roots, cycles, dependencies, and where control nodes lead.
   * @default true
   */
  readonly check_dag_cycles?: boolean;
  /**
   * Ids, types, methods, fields and endpoints of nodes; fields of agents.
   * @default true
   */
  readonly check_node_schemas?: boolean;
  /**
   * The JSONPath of conditions, and whether what refers to a node leads to one that exists.
   * @default true
   */
  readonly check_jsonpath?: boolean;
  /**
   * Whether every gateway of the target serves what the nodes of the whole version need, asked before the release.
   * @default false
   */
  readonly check_node_registry?: boolean;
}

export interface SecurityGateFile {
  /**
   * Whether artifacts are searched for secrets.
   * @default true
   */
  readonly enabled?: boolean;
  /** What is found and is no secret. */
  readonly allowed?: readonly AllowedFindingFile[];
  /** Reports of scanners that looked for known vulnerabilities of what the processors depend on. */
  readonly reports?: readonly VulnerabilityReportFile[];
}

/** One kind of finding that is accepted in some artifacts. */
export interface AllowedFindingFile {
  /**
   * A glob over addresses.
   * @minLength 1
   * @example workflow.sample-*
   */
  readonly artifact: string;
  /**
   * The rule that found it, as the gate names it.
   * @minLength 1
   * @example basicauth
   */
  readonly rule: string;
  /**
   * Why it is no secret.
   * @minLength 1
   */
  readonly reason: string;
}

export interface VulnerabilityReportFile {
  /**
   * A SARIF file, beside this file or below.
   * @minLength 1
   */
  readonly sarif: string;
  /**
   * The lowest severity that stops the release.
   * @default high
   */
  readonly fail_at?: 'low' | 'medium' | 'high' | 'critical';
}

export interface TestGatesFile {
  /** A command that ends well, or writes a report in which enough tests passed. */
  readonly unit_tests?: TestGateFile;
  /** Likewise. */
  readonly integration_tests?: TestGateFile;
  /** No test that passed in the baseline fails. */
  readonly regression_tests?: RegressionGateFile;
  /** How fast and how surely the version answers. */
  readonly performance_tests?: PerformanceGateFile;
}

export interface TestGateFile {
  /**
   * A command for the shell.
   * @minLength 1
   */
  readonly run: string;
  /**
   * The JUnit XML or TAP file that the command writes; without it, TAP on its standard output is read, or else its exit code alone.
   * @minLength 1
   */
  readonly report?: string;
  /**
   * So many percent of the tests that were not skipped must pass.
   * @default 100
   * @minimum 0
   * @maximum 100
   */
  readonly required_pass_rate?: number;
  /**
   * Seconds after which the command and all that it started are ended, and the gate has failed.
   * @default 600
   * @minimum 1
   * @maximum 86400
   */
  readonly timeout_seconds?: number;
}

export interface RegressionGateFile extends TestGateFile {
  /**
   * A JUnit XML or TAP file of an earlier run: what passed in it must pass now.
   * @minLength 1
   */
  readonly baseline?: string;
}

export interface PerformanceGateFile {
  /**
   * Milliseconds within which 95 of 100 runs must have answered.
   * @minimum 1
   */
  readonly max_p95_latency_ms?: number;
  /**
   * So many percent of the runs may fail.
   * @minimum 0
   * @maximum 100
   */
  readonly max_error_rate?: number;
  /**
   * Fewer runs than this say nothing.
   * @default 1
   * @minimum 1
   * @maximum 100000
   */
  readonly min_runs?: number;
  /**
   * A command for the shell that measures; without it, the smoke tests that this version went through elsewhere are judged.
   * @minLength 1
   */
  readonly run?: string;
  /**
   * The JUnit XML file that the command writes: each test case is a run, with the time that it took.
   * @minLength 1
   */
  readonly report?: string;
  /**
   * Seconds after which the command and all that it started are ended, and the gate has failed.
   * @default 600
   * @minimum 1
   * @maximum 86400
   */
  readonly timeout_seconds?: number;
}

export interface PolicyGateFile {
  /**
   * Its name in plans, logs and histories.
   * @minLength 1
   * @maxLength 100
   */
  readonly name: string;
  /**
   * An expression in CEL over `plan`, `environment_type`, `actor` and `now`. The policy holds where it is true.
   * @minLength 1
   * @maxLength 4000
   * @example plan.changes.all(c, !("delete" in c.actions))
   */
  readonly expression: string;
  /**
   * What becomes of a release for which it does not hold.
   * @default deny
   */
  readonly on_failure?: 'deny' | 'warn';
}
