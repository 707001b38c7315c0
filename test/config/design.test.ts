import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { load } from './project.ts';

const design = join(import.meta.dirname, '../../../shared/design/configuration.md');
const isThere = existsSync(design);

/** The YAML blocks of the design, with its "…" made into something that parses. */
const blocks = (): readonly string[] =>
  [...readFileSync(design, 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) =>
    block
      .replaceAll('{ … }', '{}')
      .replaceAll(', … }', ' }')
      .replaceAll('run: …', 'run: x')
      .replaceAll('baseline: …', 'baseline: x'),
  );

test.skipIf(!isThere)(
  'each key of the design is accepted or known, never unknown (skipped without ../shared)',
  async () => {
    expect(blocks().length).toBeGreaterThan(0);
    for (const block of blocks()) {
      const { diagnostics } = await load(block);
      expect(diagnostics.filter(({ code }) => code.startsWith('schema-') || code.startsWith('yaml-'))).toEqual([]);
      expect(diagnostics.some(({ code }) => code === 'config-not-available')).toBe(true);
    }
  },
);

/** The aliases and shapes of the product documents that the design lists, each in a configuration of its own. */
const aliases: readonly string[] = [
  'environments: { e: { type: development, sla: { latency_p95: 1, error_rate: 1, availability: 1 } } }',
  'environments: { e: { type: development, access_controls: { ip_whitelist: [] } } }',
  'environments: { e: { type: development, variables: { K: { is_secret: true, value: x } } } }',
  'targets: { t: { environment: dev, version: latest, health_check_interval_seconds: 60 } }',
  'targets: { t: { environment: dev, version: latest, deployment_strategy: { blue_green: { switch_after_seconds: 1 } } } }',
  'environments: { e: { type: development, auto_deploy: true } }',
  'targets: { t: { environment: dev, version: latest, blue_green: { switch_after_seconds: 300 } } }',
  'targets: { t: { environment: dev, version: latest, deployment_strategy: blue_green } }',
];

test.each(aliases)('%s is known, not available yet', async (line) => {
  const { diagnostics } = await load(`version: 1\nproject: x\n${line}\n`);
  const found = diagnostics.map(({ code }) => code).filter((code) => code !== 'config-unknown-environment');
  expect(found).toEqual(['config-not-available']);
});

test('database_url, schema and display_name are accepted as they are', async () => {
  const text = `version: 1
project: x
environments: { dev: { type: development, display_name: D, database_url: "embedded?schema=a" } }
targets: { t: { environment: dev, version: latest, display_name: T, database_url: embedded, schema: b } }
`;
  expect((await load(text)).diagnostics).toEqual([]);
});
