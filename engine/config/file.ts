import type {
  AccessFile,
  GatewayFile,
  ProviderFile,
  SecretVariableFile,
  SlaFile,
  SourceControlFile,
  TeamMemberFile,
} from './file-later.ts';
import type { DatabaseFile, TargetFile } from './file-targets.ts';

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
  /** @unavailable */
  readonly variables?: Readonly<Record<string, VariableFile>>;
  /** @unavailable */
  readonly gateways?: Readonly<Record<string, GatewayFile>> | readonly GatewayFile[];
  /** The environments, by name: each a database, or a schema of one, that gateways read. */
  readonly environments?: Readonly<Record<string, EnvironmentFile>>;
  /** The publish targets, by name: each says which version an environment should run. */
  readonly targets?: Readonly<Record<string, TargetFile>> | ListedTargets;
  /** Where each place is backed up before a release, and how long that is kept. */
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
  /**
   * Whether a prerelease such as `v2.0.0-beta.1` is a version, too.
   * @default false
   */
  readonly include_prerelease?: boolean;
  /** Globs of workflow files. */
  readonly workflows?: readonly string[];
  /** Globs of agent files. */
  readonly agents?: readonly string[];
  /** @unavailable */
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
  /**
   * Whether a release needs somebody's approval.
   * @available false
   */
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
   * What keeps the backups.
   * @default filesystem
   * @available filesystem
   */
  readonly provider?: 'filesystem' | 's3';
  /**
   * The directory, beside this file.
   * @default .m3forge-backups
   */
  readonly path?: string;
  /** Which backups `m3forge backup prune` leaves; one that is needed to go back is always left. */
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
