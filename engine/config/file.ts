import type {
  AccessFile,
  ApprovalsFile,
  EmergencyFile,
  GatewayFile,
  NotificationFile,
  PolicyGateFile,
  ProviderFile,
  ScheduleFile,
  SecretVariableFile,
  SecurityGateFile,
  SlaFile,
  SourceControlFile,
  StrategyFile,
  TeamMemberFile,
  TestGatesFile,
  TriggersFile,
  WindowFile,
} from './file-later.ts';

/**
 * `m3forge.yaml` as it is written: the source of truth for `schemas/m3forge.schema.json`. Every key of the product is
 * here; `@unavailable` marks a key that is refused for now as known, `@available` lists the values accepted now.
 */
export interface ConfigFile {
  /**
   * The version of this format.
   * @minimum 1
   * @maximum 1
   */
  readonly version: number;
  /**
   * The name of the project.
   * @minLength 1
   */
  readonly project: string;
  /** More files of the same directory tree, each with some of the keys. */
  readonly include?: readonly string[];
  readonly state?: StateFile;
  readonly source?: SourceFile;
  /** @unavailable */
  readonly variables?: Readonly<Record<string, VariableFile>>;
  /** @unavailable */
  readonly gateways?: Readonly<Record<string, GatewayFile>> | readonly GatewayFile[];
  readonly environments?: Readonly<Record<string, EnvironmentFile>>;
  readonly targets?: Readonly<Record<string, TargetFile>> | ListedTargets;
  readonly backups?: BackupsFile;
  /**
   * Who is who.
   * @unavailable
   */
  readonly team?: Readonly<Record<string, TeamMemberFile>>;
  /** @unavailable */
  readonly source_control?: SourceControlFile;
  /**
   * Third-party providers.
   * @unavailable
   */
  readonly providers?: Readonly<Record<string, ProviderFile>>;
  /**
   * Rules for change sets that make themselves.
   * @unavailable
   */
  readonly auto_changeset_rules?: unknown;
}

/**
 * Targets as a list with `name`.
 * @unavailable
 */
export type ListedTargets = readonly unknown[];

export type VariableFile = string | number | boolean | SecretVariableFile;

export interface StateFile {
  /**
   * `embedded`, or a PostgreSQL URL such as `${env.M3FORGE_STATE_URL}`.
   * @default embedded
   */
  readonly database?: string;
  /**
   * The directory of the embedded database, beside this file.
   * @default .m3forge
   */
  readonly path?: string;
  /**
   * The database schema that holds the state.
   * @default m3forge
   */
  readonly schema?: string;
  /** @unavailable */
  readonly encryption_key?: string;
}

export interface SourceFile {
  /**
   * A path or a Git bundle file; versions are its tags.
   * @default .
   */
  readonly repository?: string;
  /**
   * Which tags are versions, as a glob.
   * @default v*.*.*
   */
  readonly version_pattern?: string;
  /** @default false */
  readonly include_prerelease?: boolean;
  /** Globs of workflow files. */
  readonly workflows?: readonly string[];
  /** Globs of agent files. */
  readonly agents?: readonly string[];
  /** @unavailable */
  readonly processors?: readonly string[];
}

/** A database: where it is and which of its schemas is meant. */
export interface DatabaseFile {
  /** `embedded`, or a PostgreSQL URL such as `${env.ORDERS_URL}`; a target's default is its environment's. */
  readonly url?: string;
  /** The schema; the environment's name where it is not given. */
  readonly schema?: string;
}

export interface EnvironmentFile {
  readonly type: 'development' | 'staging' | 'production';
  readonly display_name?: string;
  readonly description?: string;
  readonly database?: string | DatabaseFile;
  /** Alias of `database.url`; `?schema=NAME` may follow. */
  readonly database_url?: string;
  /** Alias of `database.schema`. */
  readonly schema?: string;
  /** @default true */
  readonly enabled?: boolean;
  /** @unavailable */
  readonly gateways?: readonly unknown[];
  /** @unavailable */
  readonly gateway_id?: string;
  /** @unavailable */
  readonly gateway_url?: string;
  /** @unavailable */
  readonly load_balancing?: 'round_robin' | 'weighted' | 'least_connections';
  /** @unavailable */
  readonly auto_deploy?: boolean;
  /** @available false */
  readonly require_approval?: boolean;
  /** @unavailable */
  readonly variables?: Readonly<Record<string, VariableFile>>;
  /** @unavailable */
  readonly sla?: SlaFile;
  /** @unavailable */
  readonly access?: AccessFile;
  /** @unavailable */
  readonly access_controls?: AccessFile;
  /** @unavailable */
  readonly health_check_url?: string;
  /** @unavailable */
  readonly health_check_interval_seconds?: number;
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

/** Exactly one of `run` and `http` says what is done. */
export interface SmokeTestFile {
  readonly name: string;
  /** A command for the shell; exit code 0 passes. */
  readonly run?: string;
  readonly http?: HttpSmokeTestFile;
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
}

export interface BackupsFile {
  /**
   * @default filesystem
   * @available filesystem
   */
  readonly provider?: 'filesystem' | 's3';
  /**
   * The directory, beside this file.
   * @default .m3forge-backups
   */
  readonly path?: string;
  readonly retention?: RetentionFile;
  /** @unavailable */
  readonly bucket?: string;
  /** @unavailable */
  readonly endpoint?: string;
  /** @unavailable */
  readonly region?: string;
}

export interface RetentionFile {
  /**
   * @default 10
   * @minimum 1
   */
  readonly keep_last?: number;
  /** @minimum 1 */
  readonly max_age_days?: number;
}
