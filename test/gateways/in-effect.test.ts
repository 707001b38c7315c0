import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { GatewayPreflight } from '../../engine/gateways/index.ts';
import { apply } from '../../engine/operations/index.ts';
import type { PlanDocument } from '../../engine/plan/index.ts';
import { createProject, type TestProject, valueIn } from '../support/project.ts';
import { testSystem } from '../support/servers.ts';
import { workflowFile } from '../support/workflows.ts';
import { startGateway, token } from './estate.ts';

const release = (project: TestProject, version: string): void => {
  project.repository.commit({ 'workflows/a.json': workflowFile('a', [version]) }, version);
};

const asked = ({ sections }: PlanDocument): readonly GatewayPreflight[] =>
  sections.flatMap(({ preflight = [] }) => preflight);

const versionsAsked = (plan: PlanDocument): readonly string[] =>
  asked(plan).map(({ gateway, version }) => `${gateway} ${version}`);

const project = async (): Promise<TestProject> => {
  const real = testSystem();
  const env = (name: string): string | undefined => (name.startsWith('GATEWAY_TOKEN_') ? token : real.env(name));
  return createProject('schemas', { environments: ['development', 'production'], system: { env } });
};

const manner = {
  ...{ targets: [], reason: null, lockTimeoutMs: 0 },
  ...{ confirm: () => Promise.resolve(true), report: () => undefined },
};

/** Applies everything: several targets at once take a saved plan. */
const useAll = async (it: TestProject): Promise<void> => {
  const planFile = join(it.directory, 'all.json');
  writeFileSync(planFile, JSON.stringify(await it.plan()));
  const report = valueIn(await apply(it.context, { ...manner, planFile }));
  expect(report.problems).toEqual([]);
};

const shared = '[shared]';
const configure = (it: TestProject, gateway: string, production = shared): void =>
  it.configure(
    `  development: { environment: development, version: latest, gateways: ${shared} }
  production: { environment: production, version: latest, gateways: ${production} }
gateways:
  shared: { ${gateway} }`,
  );

test('a change of a gateway that others share is not in effect where it is withheld', async () => {
  await using old = await startGateway();
  await using other = await startGateway({ version: '3.9.0' });
  const it = await project();
  configure(it, `url: "${old.url}"`);
  release(it, 'v1.0.0');
  expect((await it.apply(['development', 'production'])).problems).toEqual([]);

  configure(it, `url: "${other.url}", weight: 0`);
  release(it, 'v2.0.0');
  const alone = await it.plan(['development']);
  expect(alone.withheld).toMatchObject([
    { address: 'gateway.shared', waits_for: ['production'], loosens: ['weight: 100 → 0'] },
  ]);
  expect(versionsAsked(alone)).toEqual(['shared 4.0.0']);
  // Also for production itself, which may not change what development was recorded to share.
  expect(versionsAsked(await it.plan(['production']))).toEqual(['shared 4.0.0']);
  old.deployments.set('extract_executor', 'NOT_SERVING');
  const [refused] = (await it.apply(['production'])).problems;
  expect(refused?.code).toBe('preflight-failed');
  old.deployments.set('extract_executor', 'SERVING');
  expect((await it.apply(['development'])).problems).toEqual([]);

  // A plan of both covers everybody, so it is in effect there.
  release(it, 'v3.0.0');
  expect(versionsAsked(await it.plan())).toEqual(['shared 3.9.0', 'shared 3.9.0']);
  await useAll(it);
  expect(await it.plan()).toMatchObject({
    configuration: null,
    withheld: [],
    sections: [{ changes: [] }, { changes: [] }],
  });
});

test('what a target says of the weight of its gateway is recorded, and draining it is a loosening', async () => {
  await using gateway = await startGateway();
  const it = await project();
  configure(it, `url: "${gateway.url}"`);
  release(it, 'v1.0.0');
  expect((await it.apply(['development', 'production'])).problems).toEqual([]);

  configure(it, `url: "${gateway.url}"`, '[{ id: shared, weight: 0 }]');
  const alone = await it.plan(['development']);
  expect(alone.withheld).toMatchObject([{ address: 'target.production', loosens: ['gateways.shared drained'] }]);
  const own = await it.plan(['production']);
  expect(own.sections).toMatchObject([
    { held: [], configuration_changes: [{ address: 'target.production', loosens: ['gateways.shared drained'] }] },
  ]);
  expect((await it.apply(['production'])).problems).toEqual([]);
  expect(await it.plan()).toMatchObject({ configuration: null, withheld: [] });

  configure(it, `url: "${gateway.url}"`, '[]');
  expect((await it.plan(['production'])).sections).toMatchObject([
    { configuration_changes: [{ loosens: ['gateways.shared removed'] }] },
  ]);
});

test('all gateways of one environment run one version, those of its other targets too', async () => {
  await using east = await startGateway();
  await using west = await startGateway({ version: '3.9.0' });
  const it = await project();
  const regions = (more = ''): void =>
    it.configure(
      `  east: { environment: production, version: latest, gateways: [east], database: { schema: east } }
  west: { environment: production, version: latest, gateways: [west], database: { schema: west } }
gateways:
  east: { url: "${east.url}" }
  west: { url: "${west.url}"${more} }`,
    );
  regions();
  release(it, 'v1.0.0');
  const found = (plan: PlanDocument) => asked(plan).flatMap(({ findings }) => findings.map(({ detail }) => detail));
  expect(found(await it.plan(['east']))).toEqual([
    'The gateway "east" runs 4.0.0, and "west" of the same environment runs 3.9.0.',
  ]);
  const [refused] = (await it.apply(['east'])).problems;
  expect(refused?.code).toBe('preflight-failed');

  // The one that is being replaced is drained, and keeps nobody from releasing.
  regions(', weight: 0');
  expect(found(await it.plan(['east']))).toEqual([]);
  expect((await it.apply(['east'])).problems).toEqual([]);
  expect(await it.plan(['east'])).toMatchObject({ sections: [{ changes: [], configuration_changes: [] }] });

  // How another target's gateway is, is not this target's affair; only that nobody could compare is said.
  regions();
  release(it, 'v2.0.0');
  await west.close();
  expect(asked(await it.plan(['east'])).flatMap(({ findings }) => findings)).toMatchObject([
    { severity: 'warning', code: 'gateway-version-unknown' },
  ]);
  expect((await it.apply(['east'])).problems).toEqual([]);
});
