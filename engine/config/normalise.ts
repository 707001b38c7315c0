import { resolve } from 'node:path';
import type { ParsedDocument } from '../documents/index.ts';
import type { JsonObject, JsonValue, StructuralPath } from '../values/index.ts';
import { approvalsOfTarget } from './approvals.ts';
import { changeSetRulesOf } from './change-sets.ts';
import type { Config, EnvironmentConfig, GatewayConfig, SmokeTest, SourceConfig, TargetConfig } from './config.ts';
import { databaseOf, defaultSchema } from './database-spec.ts';
import { emergencyOf } from './emergency.ts';
import type { ConfigFile, EnvironmentFile } from './file.ts';
import type { SmokeTestFile, TargetFile } from './file-targets.ts';
import { gatesOf } from './gates.ts';
import { type GatewayKeys, gatewaysOf, gatewaysOfEnvironment, referencesOf } from './gateways.ts';
import type { ProviderPins } from './lock-file.ts';
import { entriesOf } from './named-entries.ts';
import { notificationsOf } from './notifications.ts';
import { backupSliceOf, backupStoreOf, optionsOf, providerSliceOf, providersOf } from './providers.ts';
import { scheduleOf, triggersOf } from './schedules.ts';
import { sliceOf } from './slice.ts';
import { sourceControlOf } from './source-control.ts';
import { allowedRolesOf, teamOf } from './team.ts';
import { variablesOf } from './variables.ts';
import { versionSpecOf } from './version-spec.ts';
import { windowSetsOf } from './windows.ts';

/** Where the configuration was found. */
export interface Home {
  readonly file: string;
  readonly directory: string;
}

type Locate = ParsedDocument['locate'];

const environmentOf = (
  name: string,
  written: EnvironmentFile,
  gateways: Config['gateways'],
  locate: Locate,
): EnvironmentConfig => {
  const path: StructuralPath = ['environments', name];
  const otherwise = { kind: 'embedded', schema: defaultSchema(name) } as const;
  return {
    name,
    type: written.type ?? 'development',
    displayName: written.display_name ?? name,
    description: written.description ?? '',
    enabled: written.enabled ?? true,
    requireApproval: written.require_approval ?? false,
    ...allowedRolesOf(written),
    database: databaseOf(written, path, otherwise, locate),
    variables: variablesOf(written.variables, [...path, 'variables'], locate),
    gateways: gatewaysOfEnvironment(written, name, gateways),
    ...(written.load_balancing !== undefined && { loadBalancing: written.load_balancing }),
    at: (inside) => locate([...path, ...inside]),
  };
};

/** Its own gateways, where it names any, or those of its environment. */
const gatewaysOfTarget = (
  written: GatewayKeys,
  name: string,
  environment: EnvironmentConfig | undefined,
  gateways: Config['gateways'],
): readonly GatewayConfig[] => {
  const named = written.gateways ?? written.gateway_id ?? written.gateway_url;
  return named === undefined ? (environment?.gateways ?? []) : referencesOf(written, name, ['targets', name], gateways);
};

export const smokeTestOf = (written: SmokeTestFile): SmokeTest | undefined => {
  const rest = { name: written.name ?? '', timeoutSeconds: written.timeout_seconds ?? 60 };
  if (written.run !== undefined) return { ...rest, kind: 'run', command: written.run };
  if (written.invoke !== undefined) {
    const { workflow = '', input = {}, queue = 'extract' } = written.invoke;
    return { ...rest, kind: 'invoke', workflow, input: input as JsonObject, queue };
  }
  if (written.check !== undefined) {
    return {
      ...rest,
      kind: 'check',
      provider: written.check.provider ?? '',
      options: optionsOf(written.check.options),
    };
  }
  const {
    url,
    path,
    expect_status: expectStatus = 200,
    expect_json: expected,
    verify_ssl: verifyTls = true,
  } = written.http ?? {};
  if (url === undefined && path === undefined) return undefined;
  // It was read as YAML or JSON, so it is nothing else than what JSON can say.
  return {
    ...rest,
    kind: 'http',
    ...(url === undefined ? { path: path ?? '/' } : { url }),
    expectStatus,
    ...(expected && { expectJson: expected as JsonObject }),
    verifyTls,
  };
};

export const deploymentOf = (written: TargetFile['deployment'] = {}): TargetConfig['deployment'] => ({
  timeoutSeconds: written.timeout_seconds ?? 600,
  requireBackup: written.require_backup ?? true,
  runSmokeTests: written.run_smoke_tests ?? true,
  ...(written.max_deletes !== undefined && { maxDeletes: written.max_deletes }),
  onFailure: written.on_failure ?? 'rollback',
  acceptUnattributed: written.accept_unattributed ?? false,
});

export const promotionsOf = (written: TargetFile['promotion']): TargetConfig['promotions'] =>
  written ? [{ from: written.from ?? '', soakHours: written.soak_hours ?? 0 }] : [];

/** What cannot be chosen has had its complaint. */
const typeOf = (written: TargetFile['type']): TargetConfig['type'] =>
  written === 'manual_approval' || written === 'scheduled' || written === 'emergency' ? written : 'auto_deploy';

const targetOf = (
  name: string,
  written: TargetFile,
  environment: EnvironmentConfig | undefined,
  gateways: Config['gateways'],
  locate: Locate,
): Omit<TargetConfig, 'slice'> => {
  const path: StructuralPath = ['targets', name];
  const otherwise = environment?.database ?? { kind: 'embedded', schema: defaultSchema(name) };
  const emergency = emergencyOf(written.type, written.emergency);
  return {
    name,
    environment: written.environment ?? '',
    // A version that means nothing is a finding of the rules, and its configuration is never used.
    version: versionSpecOf((written.version ?? 'latest') as JsonValue) ?? { kind: 'latest', text: 'latest' },
    type: typeOf(written.type),
    enabled: written.enabled ?? true,
    displayName: written.display_name ?? name,
    database: databaseOf(written, path, otherwise, locate),
    gateways: gatewaysOfTarget(written, name, environment, gateways),
    ...(written.region !== undefined && { region: written.region }),
    deployment: deploymentOf(written.deployment),
    gates: gatesOf(written.gates),
    approvals: approvalsOfTarget(written, environment),
    ...allowedRolesOf(written),
    ...(emergency && { emergency }),
    promotions: promotionsOf(written.promotion),
    schedule: scheduleOf(written.schedule),
    triggers: triggersOf(written.triggers),
    windows: windowSetsOf(written.windows),
    smokeTests: (written.smoke_tests ?? []).flatMap((test) => (test === null ? [] : (smokeTestOf(test) ?? []))),
    notifications: notificationsOf(written.notifications, [...path, 'notifications'], locate),
    at: (inside) => locate([...path, ...inside]),
  };
};

const sourceOf = (written: ConfigFile['source'] = {}): SourceConfig => ({
  repository: written.repository ?? '.',
  versionPattern: written.version_pattern ?? 'v*.*.*',
  includePrerelease: written.include_prerelease ?? false,
  workflows: written.workflows ?? ['workflows/**/*.json'],
  agents: written.agents ?? ['agents/**/*.{json,yaml,yml}'],
  processors: written.processors ?? ['processors/*/processor.yaml'],
});

/** The file with its defaults, in the engine's words. It takes what is there and complains about nothing. */
export const normalise = (written: ConfigFile, home: Home, pins: ProviderPins, locate: Locate): Config => {
  const providers = providersOf(entriesOf(written.providers), pins, locate);
  const source = sourceOf(written.source);
  const gateways = gatewaysOf(written, locate);
  const environments = new Map(
    entriesOf(written.environments).map(([name, entry]) => [name, environmentOf(name, entry, gateways, locate)]),
  );
  const targets = new Map<string, TargetConfig>();
  for (const [name, entry] of entriesOf<TargetFile>(written.targets)) {
    const environment = environments.get(entry.environment ?? '');
    const target = targetOf(name, entry, environment, gateways, locate);
    const used = target.smokeTests.flatMap((test) => (test.kind === 'check' ? [test.provider] : []));
    const pinned = providerSliceOf([...used, written.backups?.provider ?? ''], providers);
    const slice = sliceOf(target, environment, source, backupSliceOf(written.backups ?? {}));
    targets.set(name, { ...target, slice: { ...slice, ...pinned } });
  }
  const { state = {}, backups = {} } = written;
  const stateDatabase = {
    ...(state.database !== undefined && { database: state.database }),
    schema: state.schema ?? 'm3forge',
  };
  return {
    ...home,
    project: written.project ?? '',
    state: {
      database: databaseOf(stateDatabase, ['state'], { kind: 'embedded', schema: 'm3forge' }, locate),
      directory: resolve(home.directory, state.path ?? '.m3forge'),
    },
    source,
    variables: variablesOf(written.variables, ['variables'], locate),
    gateways,
    environments,
    targets,
    backups: {
      ...backupStoreOf(backups, home.directory, locate),
      keepLast: backups.retention?.keep_last ?? 10,
      ...(backups.retention?.max_age_days !== undefined && { maxAgeDays: backups.retention.max_age_days }),
    },
    team: teamOf(written.team, locate),
    providers,
    changeSetRules: changeSetRulesOf(written),
    sourceControl: sourceControlOf(written, locate),
  };
};
