import type { GatewayFile, GatewayReferenceFile } from './file-gateways.ts';
import type {
  AccessFile,
  ProviderFile,
  SecretVariableFile,
  SlaFile,
  SourceControlFile,
  TeamMemberFile,
} from './file-later.ts';
import type { DatabaseFile, TargetFile } from './file-targets.ts';

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
  /** By id, or as a list with `id`. */
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
  /** Ids of the gateways that execute its workflows. */
  readonly gateways?: readonly GatewayReferenceFile[];
  /** Alias of one entry of `gateways`. */
  readonly gateway_id?: string;
  /** Alias of the `url` of that gateway. */
  readonly gateway_url?: string;
  /** Alias of the `verify_ssl` of its one gateway. */
  readonly verify_ssl?: boolean;
  /** How whoever stands before the gateways shares requests out; for people. */
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
  /** Alias of the `health_check.path` of its one gateway. */
  readonly health_check_url?: string;
  /** @unavailable */
  readonly health_check_interval_seconds?: number;
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
