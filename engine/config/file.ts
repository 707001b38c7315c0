import type {
  AccessFile,
  GatewayFile,
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
  /** Third-party providers, by the name that the rest of this file calls them. */
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

export interface BackupsFile {
  /**
   * `filesystem`, `s3`, or the name of a provider under `providers`.
   * @default filesystem
   */
  readonly provider?: string;
  /**
   * The directory, beside this file; of `filesystem`.
   * @default .m3forge-backups
   */
  readonly path?: string;
  readonly retention?: RetentionFile;
  /**
   * The bucket, which must exist; of `s3`.
   * @minLength 3
   * @maxLength 63
   */
  readonly bucket?: string;
  /** The address of the store without the bucket; of `s3`. `AWS_ENDPOINT_URL_S3`, or Amazon's own, where it is not given. */
  readonly endpoint?: string;
  /** Of `s3`; `AWS_REGION`, `AWS_DEFAULT_REGION` or `us-east-1` where it is not given. */
  readonly region?: string;
  /** The folder inside the bucket; of `s3`. */
  readonly prefix?: string;
  /** Whether the bucket stands in the path of the address instead of its host; of `s3`. True where an endpoint is given. */
  readonly path_style?: boolean;
  /** How the store encrypts what it keeps; of `s3`. */
  readonly server_side_encryption?: 'AES256' | 'aws:kms';
  /** The key for `aws:kms`; of `s3`. */
  readonly kms_key_id?: string;
  /** Such as `${env.BACKUP_KEY_ID}`; of `s3`. `AWS_ACCESS_KEY_ID` where it is not given. */
  readonly access_key_id?: string;
  /** Such as `${env.BACKUP_KEY}`; of `s3`. `AWS_SECRET_ACCESS_KEY` where it is not given. */
  readonly secret_access_key?: string;
  /** Of temporary credentials; of `s3`. `AWS_SESSION_TOKEN` where no key is given. */
  readonly session_token?: string;
  /**
   * How long each single exchange may take; of `s3`.
   * @default 30
   * @minimum 1
   * @maximum 600
   */
  readonly request_timeout_seconds?: number;
  /** What a provider under `providers` wants to know, in its own terms. */
  readonly options?: Readonly<Record<string, unknown>>;
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

/** Exactly one of `package` and `path` says where it is. */
export interface ProviderFile {
  /** The name of a package in the project's `node_modules`. */
  readonly package?: string;
  /** A range that the version of the package must be in. */
  readonly version?: string;
  /** The folder of a package inside the project, beside this file. */
  readonly path?: string;
}
