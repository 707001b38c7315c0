import type {
  AccessFile,
  ApprovalsFile,
  EmergencyFile,
  NotificationFile,
  PolicyGateFile,
  ScheduleFile,
  SecurityGateFile,
  StrategyFile,
  TestGatesFile,
  TriggersFile,
  WindowFile,
} from './file-later.ts';

/** A database: where it is and which of its schemas is meant. */
export interface DatabaseFile {
  /** `embedded`, or a PostgreSQL URL such as `${env.ORDERS_URL}`; a target's default is its environment's. */
  readonly url?: string;
  /** The schema; the environment's name where it is not given. */
  readonly schema?: string;
}

/** The version that another target runs now. */
export interface FromFile {
  readonly from: string;
}

export interface TargetFile {
  readonly environment: string;
  /** An exact version, a semver range, `latest`, or `{ from: target }`. */
  readonly version: string | FromFile;
  /**
   * @default auto_deploy
   * @available auto_deploy
   */
  readonly type?: 'auto_deploy' | 'manual_approval' | 'scheduled' | 'emergency';
  /** @default true */
  readonly enabled?: boolean;
  readonly display_name?: string;
  /** Another place than the environment's. */
  readonly database?: string | DatabaseFile;
  /** Alias of `database.url`; `?schema=NAME` may follow. */
  readonly database_url?: string;
  /** Alias of `database.schema`. */
  readonly schema?: string;
  readonly deployment?: DeploymentFile;
  readonly gates?: GatesFile;
  readonly smoke_tests?: readonly SmokeTestFile[];
  /** @unavailable */
  readonly region?: string;
  /** @unavailable */
  readonly gateways?: readonly unknown[];
  /** @unavailable */
  readonly gateway_id?: string;
  /** @unavailable */
  readonly gateway_url?: string;
  /** @unavailable */
  readonly health_check_url?: string;
  /** @unavailable */
  readonly health_check_interval_seconds?: number;
  /** @unavailable */
  readonly approvals?: ApprovalsFile;
  /** @unavailable */
  readonly access?: AccessFile;
  /** @unavailable */
  readonly access_controls?: AccessFile;
  /** @unavailable */
  readonly schedule?: ScheduleFile;
  /** @unavailable */
  readonly triggers?: TriggersFile;
  /** @unavailable */
  readonly emergency?: EmergencyFile;
  /** @unavailable */
  readonly windows?: readonly WindowFile[];
  /** @unavailable */
  readonly strategy?: StrategyFile;
  /** @unavailable */
  readonly deployment_strategy?: StrategyFile;
  /** @unavailable */
  readonly notifications?: readonly NotificationFile[];
  /** @unavailable */
  readonly auto_changeset_rules?: unknown;
}

export interface DeploymentFile {
  /**
   * Seconds that a release may take.
   * @default 600
   * @minimum 1
   * @maximum 86400
   */
  readonly timeout_seconds?: number;
  /** @unavailable */
  readonly max_concurrent_deployments?: number;
  /** @default true */
  readonly require_backup?: boolean;
  /** @default true */
  readonly run_smoke_tests?: boolean;
  /** @unavailable */
  readonly accept_unattributed?: boolean;
  /**
   * More deletes than this need `plan --allow-deletes`.
   * @minimum 0
   */
  readonly max_deletes?: number;
  /** @default rollback */
  readonly on_failure?: 'rollback' | 'keep';
  /**
   * @default keep
   * @available keep
   */
  readonly in_flight?: 'keep' | 'drain';
}

export interface GatesFile {
  readonly validation?: ValidationGateFile;
  /** @unavailable */
  readonly security?: SecurityGateFile;
  /** @unavailable */
  readonly tests?: TestGatesFile;
  /** @unavailable */
  readonly policies?: readonly PolicyGateFile[];
}

export interface ValidationGateFile {
  /** @default true */
  readonly enabled?: boolean;
  /** @default false */
  readonly fail_on_warnings?: boolean;
  /** @default true */
  readonly check_dag_cycles?: boolean;
  /** @default true */
  readonly check_node_schemas?: boolean;
  /** @default true */
  readonly check_jsonpath?: boolean;
  /** @unavailable */
  readonly check_node_registry?: boolean;
}

/** Exactly one of `run`, `http` and `check` says what is done. */
export interface SmokeTestFile {
  readonly name: string;
  /** A command for the shell; exit code 0 passes. */
  readonly run?: string;
  readonly http?: HttpSmokeTestFile;
  readonly check?: CheckSmokeTestFile;
  /** @unavailable */
  readonly invoke?: unknown;
  /**
   * @default 60
   * @minimum 1
   * @maximum 3600
   */
  readonly timeout_seconds?: number;
}

export interface HttpSmokeTestFile {
  readonly url?: string;
  /**
   * A path on each gateway.
   * @unavailable
   */
  readonly path?: string;
  /**
   * @default 200
   * @minimum 100
   * @maximum 599
   */
  readonly expect_status?: number;
  /** What the answer, a JSON object, must hold; members that are not named here may have any value. */
  readonly expect_json?: Readonly<Record<string, unknown>>;
  /**
   * Whether the server must prove who it is; `false` is refused in production.
   * @default true
   */
  readonly verify_ssl?: boolean;
}

/** A check of a third-party provider. */
export interface CheckSmokeTestFile {
  /** A name under `providers`. */
  readonly provider: string;
  /** What the provider wants to know, in its own terms. */
  readonly options?: Readonly<Record<string, unknown>>;
}
