import type { ChangeSetRuleFile } from './file-change-sets.ts';
import type { GatewayFile, GatewayReferenceFile } from './file-gateways.ts';
import type { SlaFile } from './file-later.ts';
import type { SourceControlFile } from './file-source-control.ts';
import type { DatabaseFile, TargetFile } from './file-targets.ts';
import type { EnvironmentAccessFile, TeamMemberFile } from './file-team.ts';

// `m3forge.yaml` as it is written: the source of truth for `schemas/m3forge.schema.json`. Every key of the product is here;
// `@unavailable` marks a key that is refused for now as known, `@available` lists the values accepted now.

/** The configuration of m3forge: what runs where. Every key is explained in docs/configuration.md. */
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
  /** Where m3forge records what it did. */
  readonly state?: StateFile;
  /** Where versions come from. */
  readonly source?: SourceFile;
  /** Defaults for every environment; an environment's own variables come before them. */
  readonly variables?: Readonly<Record<string, VariableFile>>;
  /** By id, or as a list with `id`. */
  readonly gateways?: Readonly<Record<string, GatewayFile>> | readonly GatewayFile[];
  /** The environments, by name: each a database, or a schema of one, that gateways read. Or a list of them with `name`. */
  readonly environments?: Readonly<Record<string, EnvironmentFile>> | ListedEntries;
  /** The publish targets, by name: each says which version an environment should run. Or a list of them with `name`. */
  readonly targets?: Readonly<Record<string, TargetFile>> | ListedEntries;
  /** Where each place is backed up before a release, and how long that is kept. */
  readonly backups?: BackupsFile;
  /**
   * Who is who, by the name that they are known by here. Once somebody is named, whoever is not may do nothing.
   * @example { "alice": { "role": "admin", "email": "alice@example.com" } }
   */
  readonly team?: Readonly<Record<string, TeamMemberFile>>;
  /** The host of the repository, with its pull requests. */
  readonly source_control?: SourceControlFile;
  /** Third-party providers, by the name that the rest of this file calls them. */
  readonly providers?: Readonly<Record<string, ProviderFile>>;
  /** Which change set a merged pull request is added to, by its labels: the first rule that fits counts. */
  readonly auto_changeset_rules?: readonly ChangeSetRuleFile[];
}

/** The entries of a part as a list: each is as in the mapping, and says its own `name`. */
export type ListedEntries = readonly unknown[];

/** A value for the workflows of a place. A number or a truth value becomes the text that it is written as. */
export type VariableFile = string | number | boolean | LongVariableFile;

export interface LongVariableFile {
  /** What workflows see; a number or a truth value as the text that it is written as. */
  readonly value: string | number | boolean;
  /**
   * Whether nobody may see it; `true` is not available yet.
   * @default false
   */
  readonly secret?: boolean;
  /** Alias of `secret`. */
  readonly is_secret?: boolean;
}

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
   * A path, a Git bundle file, or a URL (https, ssh, `user@host:path`, file); versions are its tags.
   * @default .
   */
  readonly repository?: string;
  /**
   * Which tags are versions, as a glob.
   * @default v*.*.*
   */
  readonly version_pattern?: string;
  /**
   * Whether a prerelease such as `v2.0.0-beta.1` is a version, too.
   * @default false
   */
  readonly include_prerelease?: boolean;
  /** Globs of workflow files. */
  readonly workflows?: readonly string[];
  /** Globs of agent files. */
  readonly agents?: readonly string[];
  /** Globs of the manifests of processors; the files beside a manifest belong to its processor. */
  readonly processors?: readonly string[];
}

export interface EnvironmentFile {
  /** How careful m3forge is with it: development, then staging, then production. */
  readonly type: 'development' | 'staging' | 'production';
  /** The name for people; its name in this file where it is not given. */
  readonly display_name?: string;
  /** What it is for, for people. */
  readonly description?: string;
  /** Its place: a URL, or `url` and `schema`; embedded where it is not given. */
  readonly database?: string | DatabaseFile;
  /** Alias of `database.url`; `?schema=NAME` may follow. */
  readonly database_url?: string;
  /** Alias of `database.schema`. */
  readonly schema?: string;
  /**
   * `false` keeps every target of the environment out of `plan` and `apply`.
   * @default true
   */
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
  /**
   * Whether versions are released by themselves.
   * @available false
   */
  readonly auto_deploy?: boolean;
  /**
   * Whether a release to any of its targets needs somebody's approval.
   * @default false
   */
  readonly require_approval?: boolean;
  /** Values for the workflows of the environment; they come before those of the top level. */
  readonly variables?: Readonly<Record<string, VariableFile>>;
  /** @unavailable */
  readonly sla?: SlaFile;
  /** Who may do what. */
  readonly access?: EnvironmentAccessFile;
  /** Alias of `access`. */
  readonly access_controls?: EnvironmentAccessFile;
  /** Alias of the `health_check.path` of its one gateway. */
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
  /** Which backups `m3forge backup prune` leaves; one that is needed to go back is always left. */
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
   * So many of the newest stay.
   * @default 10
   * @minimum 1
   */
  readonly keep_last?: number;
  /**
   * Days after which one that is not among the newest goes.
   * @minimum 1
   */
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
