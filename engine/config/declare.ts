import { relative, sep } from 'node:path';
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '../values/index.ts';
import { approvalsOf, noApprovals } from './approvals.ts';
import type { Config, EnvironmentConfig, ProviderConfig, TargetConfig, Variable } from './config.ts';
import { gatewayBody, referenceBodies } from './declare-gateways.ts';
import { emergencyOf } from './emergency.ts';
import type { ApprovalsFile } from './file-approvals.ts';
import type { EmergencyFile } from './file-emergency.ts';
import type { GatesFile } from './file-gates.ts';
import type { ScheduleFile, TriggersFile } from './file-schedules.ts';
import type { SmokeTestFile, TargetFile } from './file-targets.ts';
import type { PromotionFile, WindowFile } from './file-windows.ts';
import { gatesOf } from './gates.ts';
import { deploymentOf, normalise, promotionsOf, smokeTestOf } from './normalise.ts';
import { notificationBody } from './notifications.ts';
import { shownOptions } from './provider-options.ts';
import { scheduleOf, triggersOf } from './schedules.ts';
import { databaseBody } from './slice.ts';
import { sourceControlBody } from './source-control.ts';
import { allowedRolesOf, memberBody } from './team.ts';
import { windowSetsOf } from './windows.ts';

/** One thing that a configuration declares, as it is compared and recorded. */
export interface Declaration {
  /** `environment.staging`, `target.production`, `gateway.gateway-dev`, `provider.acme`, `variable.LOG_LEVEL`, `source`, `backups`, `changeset_rules`, `source_control`, `team.alice`. */
  readonly address: string;
  /** In the words of the file, defaults filled in, expressions unresolved, without names for people. */
  readonly body: JsonObject;
}

const valuesOf = (variables: ReadonlyMap<string, Variable>): JsonObject =>
  Object.fromEntries([...variables.values()].map(({ name, value }) => [name, value]));

const environmentBody = (environment: EnvironmentConfig, gateways: Config['gateways']): JsonObject => ({
  type: environment.type,
  enabled: environment.enabled,
  ...(environment.requireApproval && { require_approval: true }),
  ...(environment.allowedRoles && { access: { allowed_roles: environment.allowedRoles } }),
  database: databaseBody(environment.database),
  variables: valuesOf(environment.variables),
  ...(environment.gateways.length > 0 && { gateways: referenceBodies(environment.gateways, gateways) }),
  ...(environment.loadBalancing !== undefined && { load_balancing: environment.loadBalancing }),
});

/** What was pinned of it is a part: its code decides, too, what a release does. */
const providerBody = ({ from, version, pin }: ProviderConfig): JsonObject => ({
  [from.kind]: from.text,
  version: version ?? null,
  locked: pin ? { version: pin.version, integrity: pin.integrity } : null,
});

/**
 * All of its slice that is its own, but for the version: that is desired content, and no part of the comparison. Gateways
 * are declared by themselves, and those that are its environment's are named there.
 */
const targetBody = (
  target: TargetConfig,
  environment: EnvironmentConfig | undefined,
  gateways: Config['gateways'],
): JsonObject => {
  const own = isJsonObject(target.slice.target) ? target.slice.target : {};
  const { name: _, version: __, gateways: ___, accept_unattributed: ____, deployment, ...body } = own;
  const [named = [], inherited = []] = [target, environment].map((one) =>
    referenceBodies(one?.gateways ?? [], gateways),
  );
  return {
    environment: target.environment,
    ...body,
    deployment: {
      ...(isJsonObject(deployment) && deployment),
      accept_unattributed: target.deployment.acceptUnattributed,
    },
    ...(canonicalJson(named) !== canonicalJson(inherited) && { gateways: named }),
    ...(target.notifications.length > 0 && { notifications: target.notifications.map(notificationBody) }),
  };
};

type Singletons = Pick<Config, 'source' | 'backups' | 'directory' | 'changeSetRules' | 'sourceControl'>;

const sourceBody = ({ source }: Singletons): JsonObject => ({
  repository: source.repository,
  version_pattern: source.versionPattern,
  include_prerelease: source.includePrerelease,
  workflows: source.workflows,
  agents: source.agents,
  processors: source.processors,
});

/** Where backups go, in the words of the file; no secret is among them. */
const backupStoreBody = ({ backups, directory }: Singletons): JsonObject => {
  const { provider } = backups;
  if (provider === 'filesystem') return { path: relative(directory, backups.directory).split(sep).join('/') };
  const options = shownOptions(backups.options);
  return provider === 's3' ? options : { options };
};

const backupsBody = (config: Singletons): JsonObject => ({
  provider: config.backups.provider,
  ...backupStoreBody(config),
  ...retentionBody(config),
});

const retentionBody = ({ backups }: Singletons): JsonObject => ({
  keep_last: backups.keepLast,
  max_age_days: backups.maxAgeDays ?? null,
});

/** In the words of the file. */
const changeSetRulesBody = ({ changeSetRules }: Singletons): JsonObject => ({
  auto_changeset_rules: changeSetRules.map(({ label, changeSet, type, autoVersion, bump, autoDeployTo }) => ({
    ...{ label, changeset_name: changeSet, type, auto_version: autoVersion },
    ...(autoVersion && { bump }),
    ...(autoDeployTo.length > 0 && { auto_deploy_to: autoDeployTo }),
  })),
});

const singletons: readonly (readonly [string, (config: Singletons) => JsonObject])[] = [
  ['source', sourceBody],
  ['backups', backupsBody],
  ['changeset_rules', changeSetRulesBody],
  ['source_control', ({ sourceControl }) => sourceControlBody(sourceControl)],
];

const usual = (home: { readonly file: string; readonly directory: string }): Singletons =>
  normalise({ version: 1, project: '' }, home, new Map(), () => {
    throw new Error('nothing is written, so nothing stands anywhere');
  });

/** What a part says, unless it is what every configuration says that does not mention it. */
const declared = (config: Config): readonly Declaration[] => {
  const defaults = usual(config);
  return singletons.flatMap(([address, bodyOf]) => {
    const body = bodyOf(config);
    return canonicalJson(body) === canonicalJson(bodyOf(defaults)) ? [] : [{ address, body }];
  });
};

/** Everything that a configuration declares, in a fixed order. */
export const declarationsOf = (config: Config): readonly Declaration[] => [
  ...declared(config),
  ...[...config.team.values()].map((one) => ({ address: `team.${one.name}`, body: memberBody(one) })),
  ...[...config.variables.values()].map(({ name, value }) => ({ address: `variable.${name}`, body: { value } })),
  ...[...config.providers.values()].map((one) => ({ address: `provider.${one.name}`, body: providerBody(one) })),
  ...[...config.gateways.values()].map((one) => ({ address: `gateway.${one.id}`, body: gatewayBody(one) })),
  ...[...config.environments.values()].map((one) => ({
    address: `environment.${one.name}`,
    body: environmentBody(one, config.gateways),
  })),
  ...[...config.targets.values()].map((one) => ({
    address: `target.${one.name}`,
    body: targetBody(one, config.environments.get(one.environment), config.gateways),
  })),
];

/** What decides how a target's releases are judged and carried out. */
export type TargetRules = Pick<
  TargetConfig,
  | 'enabled'
  | 'deployment'
  | 'gates'
  | 'approvals'
  | 'allowedRoles'
  | 'emergency'
  | 'promotions'
  | 'schedule'
  | 'triggers'
  | 'windows'
  | 'smokeTests'
>;

/** `max_deletes: null` in a body means no limit, as its absence does in a file. */
const withoutNulls = (value: JsonValue | undefined): JsonObject =>
  value !== undefined && isJsonObject(value)
    ? Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null))
    : {};

/** The rules in the recorded body of a target: its words are those of the file. */
export const rulesIn = (body: JsonObject): TargetRules => {
  const tests = Array.isArray(body.smoke_tests) ? (body.smoke_tests as unknown as readonly SmokeTestFile[]) : [];
  const emergency = emergencyOf(body.type, isJsonObject(body.emergency) ? (body.emergency as EmergencyFile) : {});
  return {
    enabled: body.enabled !== false,
    deployment: deploymentOf(withoutNulls(body.deployment) as TargetFile['deployment']),
    gates: gatesOf(withoutNulls(body.gates) as GatesFile),
    approvals: isJsonObject(body.approvals) ? approvalsOf(body.approvals as ApprovalsFile) : noApprovals,
    ...allowedRolesOf(body),
    ...(emergency && { emergency }),
    promotions: promotionsOf(isJsonObject(body.promotion) ? (body.promotion as unknown as PromotionFile) : undefined),
    schedule: scheduleOf(isJsonObject(body.schedule) ? (body.schedule as unknown as ScheduleFile) : undefined),
    triggers: triggersOf(isJsonObject(body.triggers) ? (body.triggers as TriggersFile) : undefined),
    windows: windowSetsOf(Array.isArray(body.windows) ? (body.windows as unknown as readonly WindowFile[]) : []),
    smokeTests: tests.flatMap((test) => smokeTestOf(test) ?? []),
  };
};
