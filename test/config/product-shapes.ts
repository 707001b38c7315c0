import { isJsonObject, type JsonObject, type JsonValue } from '../../engine/values/index.ts';

/** Every whole JSON object in a text, however it is laid out: documents show them between sentences. */
export const objectsIn = (text: string): readonly JsonObject[] => {
  const found: JsonObject[] = [];
  for (let start = text.indexOf('{'); start !== -1; start = text.indexOf('{', start + 1)) {
    const object = objectAt(text, start);
    if (!object) continue;
    found.push(object.value);
    start = object.end - 1;
  }
  return found;
};

const objectAt = (text: string, start: number): { readonly value: JsonObject; readonly end: number } | undefined => {
  for (let end = text.indexOf('}', start) + 1; end > 0; end = text.indexOf('}', end) + 1) {
    const slice = text.slice(start, end);
    // Cheap to tell, and most candidates fail it.
    if (slice.split('{').length !== slice.split('}').length) continue;
    try {
      const value: JsonValue = JSON.parse(slice);
      return isJsonObject(value) ? { value, end } : undefined;
    } catch {
      return undefined;
    }
  }
  return undefined;
};

const isRecord = (block: JsonObject): boolean => 'event' in block || block.type === 'feature';

const isEnvironmentType = (type: JsonValue | undefined): boolean =>
  type === 'development' || type === 'staging' || type === 'production';

const environmentKeys = ['gateways', 'access_controls', 'load_balancing', 'verify_ssl', 'sla'];

const slas = (block: JsonObject): boolean =>
  Object.values(block).every((value) => isJsonObject(value) && 'latency_p95' in value);

/**
 * A whole configuration around a block of the product documents, which shows a part of one; undefined for what is no
 * configuration, such as a line of the audit trail.
 */
export const configurationAround = (block: JsonObject): JsonObject | undefined => {
  if (isRecord(block)) return undefined;
  const head = { version: 1, project: 'x' };
  const environments: JsonValue = [{ name: 'e', type: 'development' }];
  const target = { name: 't', environment: 'e', version: 'latest' };
  if (Array.isArray(block.targets)) {
    const targets = (block.targets as readonly JsonObject[]).map((one) => ({ ...target, ...one }));
    return { ...head, environments, targets };
  }
  if ('auto_changeset_rules' in block) return { ...head, ...block };
  if ('id' in block && 'url' in block) return { ...head, gateways: [block] };
  if (slas(block)) {
    const named = Object.entries(block).map(([name, sla]) => ({ name, type: name, sla }));
    return { ...head, environments: named as JsonValue };
  }
  if (isEnvironmentType(block.type)) return { ...head, environments: [block] };
  if (environmentKeys.some((key) => key in block)) {
    const { environment: name = 'e', ...rest } = block;
    return { ...head, environments: [{ name, type: 'production', ...rest }] };
  }
  const { environment = 'e' } = block;
  const around: JsonValue = [{ name: environment, type: 'development' }];
  return { ...head, environments: around, targets: [{ ...target, ...block }] };
};

/** Blocks of our own in all the shapes of the product documents. */
export const ownBlocks: readonly JsonObject[] = [
  { name: 'qa', display_name: 'Quality', type: 'staging', description: 'before it counts' },
  { gateway_id: 'gateway-qa', gateway_url: 'http://127.0.0.1:1', verify_ssl: false },
  {
    ...{ id: 'gateway-qa', name: 'QA', url: 'http://127.0.0.1:1', environment: 'qa', timeout_ms: 5000 },
    health_check_url: 'http://127.0.0.1:1/health',
  },
  {
    environment: 'production',
    gateways: [{ id: 'left', url: 'http://127.0.0.1:1', weight: 70 }],
    load_balancing: 'weighted',
  },
  {
    access_controls: {
      ...{ require_mfa: false, ip_whitelist: ['127.0.0.0/8'] },
      ...{ max_session_duration: '2h', audit_all_actions: false },
    },
  },
  {
    staging: { latency_p95: 800, error_rate: 2, availability: 98 },
    production: { latency_p95: 400, error_rate: 0.5, availability: 99.5 },
  },
  { name: 'Production North', environment: 'production', type: 'manual_approval', enabled: false },
  { gateway_id: 'north', gateway_url: 'http://127.0.0.1:1', health_check_interval_seconds: 30 },
  { database_url: 'embedded', schema: 'north' },
  { database_url: 'embedded?schema=north' },
  {
    deployment: { timeout_seconds: 60, max_concurrent_deployments: 2, require_backup: false, run_smoke_tests: false },
  },
  {
    access: {
      allowed_roles: ['operator'],
      require_approvals: 3,
      approval_timeout_hours: 2,
      allowed_approvers: ['zoe', 'yan', 'xi'],
    },
  },
  { type: 'auto_deploy', triggers: { on_version_tag: false, version_pattern: 'r*', branch: 'release' } },
  {
    type: 'manual_approval',
    approvals: {
      min_approvals: 3,
      allowed_approvers: ['zoe', 'yan', 'xi'],
      timeout_hours: 2,
      auto_reject_on_timeout: false,
    },
  },
  { type: 'scheduled', schedule: { cron: '5 4 * * *', timezone: 'Europe/Vienna', deploy_latest_version: true } },
  {
    type: 'emergency',
    emergency: { require_justification: true, allowed_roles: ['admin'], audit_trail: true, post_deploy_review: false },
  },
  { targets: [{ name: 'North', region: 'north-1', gateway_url: 'http://127.0.0.1:1' }] },
  {
    deployment_strategy: 'blue_green',
    blue_green: { switch_after_seconds: 9, traffic_split: { blue: 90, green: 10 } },
  },
  { deployment_strategy: { type: 'blue_green', blue_green: { rollback_on_error_rate: 1.5 } } },
  { auto_changeset_rules: [{ label: 'fix', changeset_name: 'Fixes', auto_version: true, auto_deploy_to: ['qa'] }] },
];
