import { expect, test } from 'vitest';
import { environmentList, parityText, variableList } from '../../engine/cli/views/environments.ts';
import { plainStyle } from '../../engine/cli/views/style.ts';
import { compareEnvironments, environmentVariables, listEnvironments } from '../../engine/operations/index.ts';
import { codesOf, createProject, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

/** Staging runs something, production nothing yet; they differ in variables and limits. */
const created = async (): Promise<TestProject> => {
  const project = await createProject('schemas', { environments: ['staging', 'production'] });
  project.configure(
    `  staging: { environment: staging, version: latest }
  north: { environment: production, version: latest, deployment: { max_deletes: 1 } }
  south: { environment: production, version: latest, database: { schema: south }, deployment: { max_deletes: 2 } }`,
    {
      top: 'variables: { LOG_LEVEL: info, CURRENCY: EUR }',
      environments: {
        staging: 'variables: { STRIPE_KEY: sk_test }',
        production: 'variables: { LOG_LEVEL: warning, STRIPE_KEY: sk_live }',
      },
    },
  );
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  expect((await project.apply(['staging'])).problems).toEqual([]);
  return project;
};

test('the variables of an environment are listed with their winners, from the file alone', async () => {
  const { context } = await created();
  const rows = valueIn(await environmentVariables(context, { environment: 'production' }));
  expect(rows.map(({ at, instead_of: instead, ...row }) => ({ ...row, line: at.split(':').at(-1), instead }))).toEqual([
    { name: 'CURRENCY', value: 'EUR', from: 'global', line: '5', instead: null },
    {
      name: 'LOG_LEVEL',
      value: 'warning',
      from: 'environment',
      line: '8',
      instead: { value: 'info', at: expect.stringMatching(/m3forge.yaml:5$/) },
    },
    { name: 'STRIPE_KEY', value: '***', from: 'environment', line: '8', instead: null },
  ]);
  expect(variableList(rows, plainStyle)).toMatch(/^LOG_LEVEL +warning +environment +\S+:8 +info \(\S+:5\)$/m);
  const unknown = await environmentVariables(context, { environment: 'producton' });
  expect(codesOf(unknown.diagnostics)).toEqual(['environment-unknown']);
  expect(unknown.diagnostics[0]?.hint).toBe('Did you mean "production"?');
});

test('environments are listed with what their places run, and compared by schema, variables and limits', async () => {
  const { context } = await created();
  const rows = valueIn(await listEnvironments(context, { lockTimeoutMs: 0 }));
  expect(environmentList(rows, plainStyle).split('\n')).toEqual([
    'environment  type        targets       runs    schema  variables  remarks',
    'staging      staging     staging       v1.0.0  4       3',
    'production   production  north, south  -       -       3',
  ]);
  const request = { left: 'staging', right: 'production', lockTimeoutMs: 0 };
  const parity = valueIn(await compareEnvironments(context, request));
  expect(parityText(parity, plainStyle).split('\n')).toEqual([
    'what                    staging    production',
    'schema version          4          -',
    'variable LOG_LEVEL      info       warning',
    'variable STRIPE_KEY     ***        ***',
    'deployment.max_deletes  unlimited  1, 2',
  ]);
  const same = valueIn(await compareEnvironments(context, { ...request, right: 'staging' }));
  expect(parityText(same, plainStyle)).toBe(
    'staging and staging have versions of gateways, schema, variables, limits and rules in common.',
  );
  const unknown = await compareEnvironments(context, { ...request, right: 'qa' });
  expect(codesOf(unknown.diagnostics)).toEqual(['environment-unknown']);
});

test('every limit that a target can set is compared', async () => {
  const { context, configure } = await createProject('schemas', { environments: ['development', 'staging'] });
  configure(`  usual: { environment: development, version: latest }
  otherwise:
    environment: staging
    version: latest
    deployment: { timeout_seconds: 60, max_deletes: 0, require_backup: false, run_smoke_tests: false, on_failure: keep, accept_unattributed: true }
    gates: { validation: { enabled: false, fail_on_warnings: true, check_dag_cycles: false, check_node_schemas: false, check_jsonpath: false } }
    approvals: { min_approvals: 2, allowed_approvers: [alice, bob], timeout_hours: 4, auto_reject_on_timeout: false, for_rollback: true, separation_of_duties: requester }
    windows: [{ kind: deny, cron: "0 17 * * 5", duration: 63h, reason: weekend, on_boundary: abort }]
    promotion: { from: usual, soak_hours: 24 }`);
  const request = { left: 'development', right: 'staging', lockTimeoutMs: 0 };
  const { differences } = valueIn(await compareEnvironments(context, request));
  const limits = differences.filter(({ what }) =>
    /^(?:deployment|gates|approvals|windows|promotion|access)/.test(what),
  );
  expect(limits.map(({ what, left, right }) => `${what}: ${left} | ${right}`)).toEqual([
    'deployment.timeout_seconds: 600 | 60',
    'deployment.max_deletes: unlimited | 0',
    'deployment.require_backup: true | false',
    'deployment.run_smoke_tests: true | false',
    'deployment.on_failure: rollback | keep',
    'deployment.accept_unattributed: false | true',
    'gates.validation.enabled: true | false',
    'gates.validation.fail_on_warnings: false | true',
    'gates.validation.check_dag_cycles: true | false',
    'gates.validation.check_node_schemas: true | false',
    'gates.validation.check_jsonpath: true | false',
    'gates: validation | none',
    'approvals.min_approvals: 0 | 2',
    'approvals.allowed_approvers: anybody | alice, bob',
    'approvals.timeout_hours: unlimited | 4',
    'approvals.auto_reject_on_timeout: true | false',
    'approvals.for_rollback: false | true',
    'approvals.separation_of_duties: off | requester',
    'windows: none | deny 0 17 * * 5 (UTC) for 63h, abort',
    'promotion: none | from usual after 24 h',
  ]);
});
