import type { SourceRange } from '../diagnostics/index.ts';
import type { ChangeSetType, JsonObject, StructuralPath, VersionPart } from '../values/index.ts';
import type { GatesConfig } from './config-gates.ts';
import type { ApprovalsConfig, EmergencyConfig, PromotionConfig } from './config-releases.ts';
import type { EventFile, NotificationFile } from './file-notifications.ts';
import type { ProviderPin } from './lock-file.ts';
import type { EnvironmentType, Role } from './roles.ts';
import type { ScheduleConfig, TriggersConfig } from './schedules.ts';
import type { MemberConfig } from './team.ts';
import type { WindowSets } from './windows.ts';

/** A string of the configuration that may contain `${env.NAME}` or `${NAME}`; it is resolved where it is used. */
export interface Expression {
  readonly text: string;
  readonly range: SourceRange;
}

/** A database and the schema that is meant in it. The embedded one lies in `state.directory`. */
export type DatabaseSpec =
  | { readonly kind: 'embedded'; readonly schema: string }
  | { readonly kind: 'server'; readonly url: Expression; readonly schema: string };

/** Which version a target should run. `from` means the one that another target runs now. */
export type VersionSpec =
  | { readonly kind: 'exact' | 'range' | 'latest'; readonly text: string }
  | { readonly kind: 'from'; readonly target: string };

export interface StateConfig {
  readonly database: DatabaseSpec;
  /** The absolute directory of the embedded database and of what m3forge keeps beside it. */
  readonly directory: string;
}

export interface SourceConfig {
  /** As written: relative to the configuration's directory. */
  readonly repository: string;
  /** A glob over tag names. */
  readonly versionPattern: string;
  readonly includePrerelease: boolean;
  /** Globs of files. */
  readonly workflows: readonly string[];
  readonly agents: readonly string[];
  /** Globs of manifests; what lies beside one belongs to its processor. */
  readonly processors: readonly string[];
}

/** A plain value for workflows, as the text that a place keeps. */
export interface Variable {
  readonly name: string;
  readonly value: string;
  /** Where it stands in the file. */
  readonly range: SourceRange;
}

export interface GatewayConfig {
  readonly id: string;
  /** For people, as are `weight` but for 0 and `region`. */
  readonly name: string;
  readonly url: Expression;
  /** Without it, the environment variable `GATEWAY_TOKEN_<ID>` is looked for. */
  readonly token?: Expression;
  /** A path, or `auto`. */
  readonly healthPath: string;
  readonly timeoutMs: number;
  readonly verifyTls: boolean;
  /** 0 for one that is drained: what it lacks stops nothing. */
  readonly weight: number;
  readonly region?: string;
  /** The environment that it says it belongs to. */
  readonly environment?: string;
  /** Whether definitions are published to its own API where that takes them. */
  readonly publish: boolean;
  /** The path that is told after each activation. */
  readonly reload?: string;
  /** Where something about this gateway stands in the file. */
  readonly at: (path: StructuralPath) => SourceRange;
}

export interface EnvironmentConfig {
  readonly name: string;
  readonly type: EnvironmentType;
  readonly displayName: string;
  readonly description: string;
  readonly enabled: boolean;
  /** Every target of it asks for one approval at least. */
  readonly requireApproval: boolean;
  /** The only roles that may change something here; whoever's role would do where it is not given. */
  readonly allowedRoles?: readonly Role[];
  readonly database: DatabaseSpec;
  /** Its own, by name; those of the whole configuration stand behind them. */
  readonly variables: ReadonlyMap<string, Variable>;
  /** In the order of the file. */
  readonly gateways: readonly GatewayConfig[];
  readonly loadBalancing?: 'round_robin' | 'weighted' | 'least_connections';
  /** Where something about this environment stands in the file. */
  readonly at: (path: StructuralPath) => SourceRange;
}

export type SmokeTest = { readonly name: string; readonly timeoutSeconds: number } & (
  | { readonly kind: 'run'; readonly command: string }
  | {
      readonly kind: 'http';
      /** A URL, or a path on each gateway. */
      readonly url?: string;
      readonly path?: string;
      readonly expectStatus: number;
      /** What a JSON object as answer must hold; any answer will do where it is not given. */
      readonly expectJson?: JsonObject;
      readonly verifyTls: boolean;
    }
  | {
      readonly kind: 'invoke';
      readonly workflow: string;
      readonly input: JsonObject;
      readonly queue: string;
    }
  /** What a provider under `providers` looks at; expressions unresolved. */
  | { readonly kind: 'check'; readonly provider: string; readonly options: JsonObject }
);

export interface DeploymentConfig {
  readonly timeoutSeconds: number;
  readonly requireBackup: boolean;
  readonly runSmokeTests: boolean;
  /** Unlimited where it is not given. */
  readonly maxDeletes?: number;
  readonly onFailure: 'rollback' | 'keep';
  /** An invocation passes in production, too, where nobody can say which version answered. */
  readonly acceptUnattributed: boolean;
}

/** What can be told of a target. */
export type EventName = EventFile;

/** One of those who are told what happens to a target. */
export interface NotificationConfig {
  readonly provider: NotificationFile['provider'];
  /** Every event where it is not given. */
  readonly events?: readonly EventName[];
  /** What the provider is told, in its own terms, expressions unresolved. */
  readonly options: JsonObject;
  /** Where something about it stands in the file. */
  readonly at: (path: StructuralPath) => SourceRange;
}

export interface TargetConfig {
  readonly name: string;
  readonly environment: string;
  readonly version: VersionSpec;
  readonly type: 'auto_deploy' | 'manual_approval' | 'scheduled' | 'emergency';
  readonly enabled: boolean;
  readonly displayName: string;
  /** Its own, or the environment's. */
  readonly database: DatabaseSpec;
  /** Its own, or the environment's. */
  readonly gateways: readonly GatewayConfig[];
  readonly region?: string;
  readonly deployment: DeploymentConfig;
  readonly approvals: ApprovalsConfig;
  /** The only roles that may release here; whoever's role would do where it is not given. */
  readonly allowedRoles?: readonly Role[];
  /** There where its releases are emergencies: those of the type, once that is recorded. */
  readonly emergency?: EmergencyConfig;
  /** Where a version must run before it comes here; everywhere that is named. */
  readonly promotions: readonly PromotionConfig[];
  /** When releases begin by themselves; undefined where they do not. */
  readonly schedule: ScheduleConfig | undefined;
  /** Which new versions are released by themselves; undefined where none are. */
  readonly triggers: TriggersConfig | undefined;
  /** When releases may begin; each set must let them. */
  readonly windows: WindowSets;
  readonly gates: GatesConfig;
  readonly smokeTests: readonly SmokeTest[];
  /** In the order of the file. They decide nothing about a release, and are no part of `slice`. */
  readonly notifications: readonly NotificationConfig[];
  /** Where something about this target stands in the file. */
  readonly at: (path: StructuralPath) => SourceRange;
  /**
   * Everything of the configuration that this target's plan rests on, defaults filled in and expressions unresolved. It
   * goes into the digest of the target's section: an edit that cannot matter to the target leaves it as it is.
   */
  readonly slice: JsonObject;
}

export interface BackupsConfig {
  /** `filesystem`, `s3`, or one of `Config.providers`. */
  readonly provider: string;
  /** Absolute; where `filesystem` keeps them. */
  readonly directory: string;
  /** What the provider is told, in its own terms, expressions unresolved. */
  readonly options: JsonObject;
  /** Where something of these options stands in the file. */
  readonly at: (path: StructuralPath) => SourceRange;
  readonly keepLast: number;
  readonly maxAgeDays?: number;
}

/** A third-party provider: where it is, and what was pinned of it. */
export interface ProviderConfig {
  readonly name: string;
  /** The name of a package, or a path relative to the configuration. */
  readonly from: { readonly kind: 'package' | 'path'; readonly text: string };
  /** A range; any version will do where it is not given. */
  readonly version?: string;
  /** What `m3forge.lock` says of it; undefined where it is not there. */
  readonly pin: ProviderPin | undefined;
  readonly at: (path: StructuralPath) => SourceRange;
}

/** What becomes of a merged pull request with a label. */
export interface ChangeSetRule {
  readonly label: string;
  /** The name of the change set that it is added to. */
  readonly changeSet: string;
  /** What a change set that the rule makes is for. */
  readonly type: ChangeSetType;
  /** Whether it becomes a version by itself. */
  readonly autoVersion: boolean;
  /** How far the number of that version rises without anybody being asked. */
  readonly bump: VersionPart;
  /** The targets that the version is released to by itself. */
  readonly autoDeployTo: readonly string[];
}

/** The host of the repository, with its pull requests. */
export interface SourceControlConfig {
  readonly provider: 'github' | 'gitea';
  /** `owner/name`. */
  readonly repository: string;
  /** Without it, what anybody may read is read. */
  readonly token?: Expression;
  /** Where its API is; the provider's own where it is not given. */
  readonly url?: Expression;
  /** Whether it is told of releases. */
  readonly deployments: boolean;
}

/** `m3forge.yaml` with its defaults, in the words of the engine. */
export interface Config {
  /** Relative to the working directory, for people. */
  readonly file: string;
  /** The absolute directory of the file. */
  readonly directory: string;
  readonly project: string;
  readonly state: StateConfig;
  readonly source: SourceConfig;
  /** Defaults for every environment, by name. */
  readonly variables: ReadonlyMap<string, Variable>;
  /** All that are described anywhere in the file. */
  readonly gateways: ReadonlyMap<string, GatewayConfig>;
  /** In the order of the file, as are the targets. */
  readonly environments: ReadonlyMap<string, EnvironmentConfig>;
  readonly targets: ReadonlyMap<string, TargetConfig>;
  readonly backups: BackupsConfig;
  /** Who is who, by name; where it is empty, everybody may do everything. */
  readonly team: ReadonlyMap<string, MemberConfig>;
  readonly providers: ReadonlyMap<string, ProviderConfig>;
  /** In the order of the file: the first one that fits counts. */
  readonly changeSetRules: readonly ChangeSetRule[];
  /** Undefined where none is named. */
  readonly sourceControl: SourceControlConfig | undefined;
}
