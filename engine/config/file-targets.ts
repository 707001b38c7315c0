import type { ApprovalsFile, TargetAccessFile } from './file-approvals.ts';
import type { EmergencyFile } from './file-emergency.ts';
import type { GatesFile } from './file-gates.ts';
import type { GatewayReferenceFile, InvokeFile } from './file-gateways.ts';
import type { StrategyFile } from './file-later.ts';
import type { NotificationFile } from './file-notifications.ts';
import type { ScheduleFile, TriggersFile } from './file-schedules.ts';
import type { PromotionFile, WindowFile } from './file-windows.ts';

/** A database: where it is and which of its schemas is meant. */
export interface DatabaseFile {
  /**
   * `embedded`, or a PostgreSQL URL such as `${env.ORDERS_URL}`; a target's default is its environment's.
   * @example embedded
   * @example ${env.ORDERS_URL}
   */
  readonly url?: string;
  /** The schema; the environment's name where it is not given. */
  readonly schema?: string;
}

/** The version that another target runs now. */
export interface FromFile {
  /** The name of the other target. */
  readonly from: string;
}

export interface TargetFile {
  /** The environment that it releases into. */
  readonly environment: string;
  /**
   * An exact version, a semver range, `latest`, or `{ from: target }`.
   * @example v1.3.0
   * @example ^1.2
   * @example latest
   * @example { "from": "staging" }
   */
  readonly version: string | FromFile;
  /**
   * What starts a release, and what it waits for.
   * @default auto_deploy
   */
  readonly type?: 'auto_deploy' | 'manual_approval' | 'scheduled' | 'emergency';
  /**
   * `false`: planned only where it is named with `--target`, and never applied.
   * @default true
   */
  readonly enabled?: boolean;
  /** The name for people; its name in this file where it is not given. */
  readonly display_name?: string;
  /** Another place than the environment's. */
  readonly database?: string | DatabaseFile;
  /** Alias of `database.url`; `?schema=NAME` may follow. */
  readonly database_url?: string;
  /** Alias of `database.schema`. */
  readonly schema?: string;
  /** How a release is carried out. */
  readonly deployment?: DeploymentFile;
  /** What must pass before a release. */
  readonly gates?: GatesFile;
  /** What must pass after the activation, in order; otherwise the release goes back. */
  readonly smoke_tests?: readonly SmokeTestFile[];
  /** For people. */
  readonly region?: string;
  /** Other gateways than the environment's. */
  readonly gateways?: readonly GatewayReferenceFile[];
  /** Alias of one entry of `gateways`. */
  readonly gateway_id?: string;
  /** Alias of the `url` of that gateway. */
  readonly gateway_url?: string;
  /** Alias of the `health_check.path` of its one gateway. */
  readonly health_check_url?: string;
  /** @unavailable */
  readonly health_check_interval_seconds?: number;
  /** Who must agree to a release. */
  readonly approvals?: ApprovalsFile;
  /** Who may do what. */
  readonly access?: TargetAccessFile;
  /** Alias of `access`. */
  readonly access_controls?: TargetAccessFile;
  /** When releases begin by themselves; for `type: scheduled`. */
  readonly schedule?: ScheduleFile;
  /** Which new versions are released by themselves; for `type: auto_deploy`. */
  readonly triggers?: TriggersFile;
  /** What an emergency asks for in the place of gates and approvals. */
  readonly emergency?: EmergencyFile;
  /** Where a version must run before it comes here. */
  readonly promotion?: PromotionFile;
  /** When releases may begin; at any time where it is not given. */
  readonly windows?: readonly WindowFile[];
  /** @unavailable */
  readonly strategy?: StrategyFile;
  /** @unavailable */
  readonly deployment_strategy?: StrategyFile;
  /** @unavailable */
  readonly blue_green?: unknown;
  /** @unavailable */
  readonly canary?: unknown;
  /** Who is told what happens to it. */
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
  /**
   * Whether the place is backed up, and the backup proved, before anything is written.
   * @default true
   */
  readonly require_backup?: boolean;
  /**
   * Whether the smoke tests run after the activation.
   * @default true
   */
  readonly run_smoke_tests?: boolean;
  /**
   * Whether an invocation passes in production of which nobody can say which version answered.
   * @default false
   */
  readonly accept_unattributed?: boolean;
  /**
   * More deletes than this need `plan --allow-deletes`.
   * @minimum 0
   */
  readonly max_deletes?: number;
  /**
   * What becomes of a release whose verification fails: it goes back, or stays.
   * @default rollback
   */
  readonly on_failure?: 'rollback' | 'keep';
  /**
   * What becomes of executions that run while the version changes.
   * @default keep
   * @available keep
   */
  readonly in_flight?: 'keep' | 'drain';
}

/** Exactly one of `run`, `http`, `invoke` and `check` says what is done. */
export interface SmokeTestFile {
  /** Its name in plans, logs and histories. */
  readonly name: string;
  /** A command for the shell; exit code 0 passes. */
  readonly run?: string;
  /** A request, and what must be answered. */
  readonly http?: HttpSmokeTestFile;
  /** A run on each gateway. */
  readonly invoke?: InvokeFile;
  /** What a provider under `providers` looks at. */
  readonly check?: CheckSmokeTestFile;
  /**
   * Seconds after which it counts as failed.
   * @default 60
   * @minimum 1
   * @maximum 3600
   */
  readonly timeout_seconds?: number;
}

export interface HttpSmokeTestFile {
  /** The address that is asked, with GET; redirects are not followed. */
  readonly url?: string;
  /** A path on each gateway, in the place of `url`. */
  readonly path?: string;
  /**
   * The status that is expected.
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
