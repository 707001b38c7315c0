import { isJsonObject, type JsonObject, type JsonValue } from '../values/index.ts';
import { approvalsBody } from './approvals.ts';
import type {
  DatabaseSpec,
  EnvironmentConfig,
  GatewayConfig,
  SmokeTest,
  SourceConfig,
  TargetConfig,
} from './config.ts';
import { gatewayBody } from './declare-gateways.ts';
import { emergencyBody } from './emergency.ts';
import { withoutPassword } from './expression.ts';
import { gatesBody } from './gates.ts';
import { shownOptions } from './provider-options.ts';
import { scheduleBody, triggersBody } from './schedules.ts';
import { windowBody } from './windows.ts';

/** A database in the words of the file, without a password. */
export const databaseBody = (spec: DatabaseSpec): JsonObject =>
  spec.kind === 'embedded'
    ? { url: 'embedded', schema: spec.schema }
    : { url: withoutPassword(spec.url.text), schema: spec.schema };

const version = (spec: TargetConfig['version']): JsonValue =>
  spec.kind === 'from' ? { from: spec.target } : spec.text;

const smokeTest = (test: SmokeTest): JsonObject => ({
  name: test.name,
  timeout_seconds: test.timeoutSeconds,
  ...whatItDoes(test),
});

const whatItDoes = (test: SmokeTest): JsonObject => {
  if (test.kind === 'run') return { run: test.command };
  if (test.kind === 'invoke') return { invoke: { workflow: test.workflow, input: test.input, queue: test.queue } };
  if (test.kind === 'check') return { check: { provider: test.provider, options: shownOptions(test.options) } };
  return {
    http: {
      ...(test.url === undefined ? { path: test.path ?? '' } : { url: withoutPassword(test.url) }),
      expect_status: test.expectStatus,
      ...(test.expectJson && { expect_json: test.expectJson }),
      verify_ssl: test.verifyTls,
    },
  };
};

/** What a release rests on of a gateway: where it is, how it is asked, whether it must prove who it is, and what is told to it. */
const gateway = (one: GatewayConfig): JsonObject => {
  const { weight, region: _, ...body } = gatewayBody(one);
  return { id: one.id, ...body, drained: weight === 0 };
};

/** What only a target with gateways has: that of any other stays as it was before there were any. */
const gatewaysIn = ({ gateways, deployment }: Pick<TargetConfig, 'gateways' | 'deployment'>): JsonObject =>
  gateways.length === 0 ? {} : { gateways: gateways.map(gateway), accept_unattributed: deployment.acceptUnattributed };

/** The slice of a target that has other gateways in effect than its file says. */
export const sliceWith = (target: Pick<TargetConfig, 'slice' | 'deployment'>, gateways: readonly GatewayConfig[]) => {
  const own = isJsonObject(target.slice.target) ? target.slice.target : {};
  const { gateways: _, accept_unattributed: __, ...rest } = own;
  return { ...target.slice, target: { ...rest, ...gatewaysIn({ gateways, deployment: target.deployment }) } };
};

/**
 * What a target's plan rests on, in the words of the file. Left out on purpose: names and descriptions for people, other
 * targets and environments, where the state is, how long backups are kept.
 */
export const sliceOf = (
  target: Omit<TargetConfig, 'slice'>,
  environment: EnvironmentConfig | undefined,
  source: SourceConfig,
  backups: JsonObject,
): JsonObject => {
  const { deployment } = target;
  const approvals = approvalsBody(target.approvals);
  const [promotion] = target.promotions;
  const windows = target.windows.flat().map(windowBody);
  return {
    target: {
      name: target.name,
      version: version(target.version),
      type: target.type,
      enabled: target.enabled,
      database: databaseBody(target.database),
      deployment: {
        timeout_seconds: deployment.timeoutSeconds,
        require_backup: deployment.requireBackup,
        run_smoke_tests: deployment.runSmokeTests,
        max_deletes: deployment.maxDeletes ?? null,
        on_failure: deployment.onFailure,
      },
      ...(approvals && { approvals }),
      ...(target.allowedRoles && { access: { allowed_roles: target.allowedRoles } }),
      ...(target.emergency && { emergency: emergencyBody(target.emergency) }),
      ...(promotion && { promotion: { from: promotion.from, soak_hours: promotion.soakHours } }),
      ...(target.schedule && { schedule: scheduleBody(target.schedule) }),
      ...(target.triggers && { triggers: triggersBody(target.triggers) }),
      ...(windows.length > 0 && { windows }),
      gates: gatesBody(target.gates),
      smoke_tests: target.smokeTests.map(smokeTest),
      ...gatewaysIn(target),
    },
    environment: {
      name: target.environment,
      type: environment?.type ?? null,
      enabled: environment?.enabled ?? null,
    },
    source: {
      repository: source.repository,
      version_pattern: source.versionPattern,
      include_prerelease: source.includePrerelease,
      workflows: source.workflows,
      agents: source.agents,
      processors: source.processors,
    },
    backups,
  };
};
