import { parse } from 'yaml';
import type { JsonValue } from '../../engine/values/index.ts';
import { processorManifest } from '../support/processors.ts';
import { agentFile, workflowFile } from '../support/workflows.ts';
import { configurationsWith } from './schema-fields.ts';

export const kinds = ['configuration', 'workflow', 'agent', 'processor'] as const;
export type Kind = (typeof kinds)[number];

const configuration = `# A configuration with one of nearly everything.
version: 1
project: invoice-processing
include: [more.yaml]
state: { database: embedded, path: .m3forge, schema: m3forge }
source:
  repository: .
  version_pattern: "v*.*.*"
  include_prerelease: false
  workflows: ["workflows/**/*.json"]
  agents:
    - agents/*.{json,yaml}
  processors: ["processors/*/processor.yaml"]
variables:
  LOG_LEVEL: info
  RETRIES: { value: 2, secret: false }
providers:
  company-checks: { package: "@company/checks", version: ^2 }
  local-checks: { path: tools/checks }
gateways:
  gw-eu:
    name: Europe
    url: https://gateway.example.com
    token: \${env.EU_TOKEN}
    health_check: { path: /status }
    timeout_ms: 5000
    verify_ssl: true
    weight: 50
    region: eu
    publish: never
    reload: { path: /reload }
  gw-us: { url: "https://us.example.com", environment: production }
environments:
  development: &dev
    type: development
    display_name: For trying out
    description: |
      Several lines
      of description.
    variables: { LOG_LEVEL: debug, RETRIES: 3 }
  staging: { type: staging, database: { url: "embedded", schema: staging }, enabled: true }
  production:
    type: production
    database_url: \${env.PRODUCTION_URL}?schema=production
    gateways: [gw-eu, { id: gw-x, url: "https://x.example.com", weight: 1 }]
    load_balancing: weighted
targets:
  development: { environment: development, version: latest }
  staging:
    environment: staging
    version: ^1.2
    deployment: { timeout_seconds: 60, require_backup: true, max_deletes: 10, on_failure: keep, in_flight: keep }
    gates: { validation: { enabled: true, check_jsonpath: false } }
    smoke_tests:
      - { name: ping, run: "curl -f http://localhost/", timeout_seconds: 5 }
      - name: status
        http: { url: "http://localhost:8080/status", expect_status: 200, expect_json: { ok: true } }
      - { name: policy, check: { provider: local-checks, options: { level: 2 } } }
  production:
    environment: production
    version: { from: staging }
    smoke_tests:
      - { name: totals, invoke: { workflow: invoice, input: { page: 1 }, queue: extract } }
      - { name: gateway, http: { path: /status } }
backups:
  provider: s3
  bucket: company-backups
  endpoint: https://s3.example.com
  region: eu-central-1
  prefix: m3forge
  path_style: true
  server_side_encryption: aws:kms
  kms_key_id: key
  access_key_id: \${env.BACKUP_KEY_ID}
  secret_access_key: \${env.BACKUP_KEY}
  request_timeout_seconds: 30
  retention: { keep_last: 5, max_age_days: 30 }
`;

const filesystem = `version: 1
project: x
environments: [{ name: dev, type: development }]
gateways: [{ id: g, url: "http://localhost:1", environment: dev }]
targets: [{ name: dev, environment: dev, version: latest, gateways: [g] }]
backups: { provider: filesystem, path: backups, retention: { keep_last: 5 } }
`;

const manifest = processorManifest(
  'ocr',
  `display_name: Reader
tags: [ocr, invoices]
endpoint: /read
dependencies: [torch, "pillow==10.0"]
environment: { MODEL: small, API_KEY: "\${API_KEY}" }
parameters: { language: { type: string, default: de } }
resources: { gpu: 1, memory: 4Gi }
`,
);

/** Real texts of each kind, from which every other is made; the last is JSON. */
export const originals: Readonly<Record<Kind, readonly [string, ...string[]]>> = {
  configuration: [configuration, filesystem, 'version: 1\nproject: x\n', '{"version":1,"project":"x","targets":{}}'],
  workflow: [workflowFile('invoice', ['read', 'extract', 'check']), '{"name":"x","planDefinition":{"nodes":[]}}'],
  agent: [agentFile('router', 'Choose a workflow.'), '{"name":"a","backend":"haystack","llm":{"model":"m"}}'],
  processor: [manifest, '{"name":"ocr","version":"1.0.0","runtime":{"name":"python"},"tags":["a"],"parameters":{}}'],
};

/** Every key of the schema, one section in each configuration: small ones are judged sooner. */
const sections: readonly JsonValue[] = configurationsWith('x').flatMap((one) =>
  Object.entries(one).map(([key, value]) => ({ version: 1, project: 'x', [key]: value })),
);

/** Values of which any part is replaced. */
export const values: Readonly<Record<Kind, readonly [JsonValue, ...JsonValue[]]>> = {
  configuration: [parse(configuration) as JsonValue, ...sections],
  workflow: [JSON.parse(originals.workflow[0]) as JsonValue],
  agent: [JSON.parse(originals.agent.at(-1) ?? '{}') as JsonValue],
  processor: [JSON.parse(originals.processor.at(-1) ?? '{}') as JsonValue],
};
