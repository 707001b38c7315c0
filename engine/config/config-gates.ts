// What must pass before a release.

export interface ValidationGateConfig {
  readonly enabled: boolean;
  readonly failOnWarnings: boolean;
  readonly checkDagCycles: boolean;
  readonly checkNodeSchemas: boolean;
  readonly checkJsonpath: boolean;
  readonly checkNodeRegistry: boolean;
}

/** How bad a known vulnerability is, the mildest first. */
export type Severity = 'low' | 'medium' | 'high' | 'critical';

export interface SecurityGateConfig {
  /** Artifacts are searched for secrets. */
  readonly enabled: boolean;
  /** What is found and is no secret: a glob over addresses, and the rule that finds it. */
  readonly allowed: readonly { readonly artifact: string; readonly rule: string; readonly reason: string }[];
  /** SARIF files relative to the configuration's directory, each with the mildest severity that stops a release. */
  readonly reports: readonly { readonly sarif: string; readonly failAt: Severity }[];
}

/** A command whose report says which tests passed. */
export interface TestGateConfig {
  /** Its key, or that with a mark that says whose it is. */
  readonly name: string;
  readonly command: string;
  /** Relative to the configuration's directory; without it, what the command prints is looked at. */
  readonly report?: string;
  /** A report of an earlier run, likewise. */
  readonly baseline?: string;
  /** Percent, 0 to 100. */
  readonly requiredPassRate: number;
  readonly timeoutSeconds: number;
}

/** Limits on how a version answers: as a command measures it, or as its smoke tests did elsewhere. */
export interface PerformanceGateConfig {
  readonly name: string;
  readonly maxP95LatencyMs?: number;
  /** Percent, 0 to 100. */
  readonly maxErrorRate?: number;
  readonly minRuns: number;
  readonly command?: string;
  readonly report?: string;
  readonly timeoutSeconds: number;
}

/** A rule over the plan, as an expression in CEL. */
export interface PolicyConfig {
  readonly name: string;
  readonly expression: string;
  readonly onFailure: 'deny' | 'warn';
}

/** What must pass before a release. */
export interface GatesConfig {
  readonly validation: ValidationGateConfig;
  readonly security: SecurityGateConfig;
  /** One of each kind; more where what is recorded holds beside what is written. */
  readonly tests: readonly TestGateConfig[];
  readonly performance: readonly PerformanceGateConfig[];
  readonly policies: readonly PolicyConfig[];
}
