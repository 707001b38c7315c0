import type { JsonObject, JsonValue } from '../values/index.ts';
import type { DatabaseSpec, EnvironmentConfig, SmokeTest, SourceConfig, TargetConfig } from './config.ts';
import { withoutPassword } from './expression.ts';
import { shownOptions } from './provider-options.ts';

const database = (spec: DatabaseSpec): JsonObject =>
  spec.kind === 'embedded'
    ? { url: 'embedded', schema: spec.schema }
    : { url: withoutPassword(spec.url.text), schema: spec.schema };

const version = (spec: TargetConfig['version']): JsonValue =>
  spec.kind === 'from' ? { from: spec.target } : spec.text;

const smokeTest = (test: SmokeTest): JsonObject => ({
  name: test.name,
  timeout_seconds: test.timeoutSeconds,
  ...(test.kind === 'check' && { check: { provider: test.provider, options: shownOptions(test.options) } }),
  ...(test.kind === 'run' && { run: test.command }),
  ...(test.kind === 'http' && {
    http: {
      url: withoutPassword(test.url),
      expect_status: test.expectStatus,
      ...(test.expectJson && { expect_json: test.expectJson }),
      verify_ssl: test.verifyTls,
    },
  }),
});

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
  const { validation } = target.gates;
  return {
    target: {
      name: target.name,
      version: version(target.version),
      type: target.type,
      enabled: target.enabled,
      database: database(target.database),
      deployment: {
        timeout_seconds: deployment.timeoutSeconds,
        require_backup: deployment.requireBackup,
        run_smoke_tests: deployment.runSmokeTests,
        max_deletes: deployment.maxDeletes ?? null,
        on_failure: deployment.onFailure,
      },
      gates: {
        validation: {
          enabled: validation.enabled,
          fail_on_warnings: validation.failOnWarnings,
          check_dag_cycles: validation.checkDagCycles,
          check_node_schemas: validation.checkNodeSchemas,
          check_jsonpath: validation.checkJsonpath,
        },
      },
      smoke_tests: target.smokeTests.map(smokeTest),
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
    },
    backups,
  };
};
