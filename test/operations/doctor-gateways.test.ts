import { join } from 'node:path';
import { expect, test } from 'vitest';
import { doctor, type Finding, lockProviders } from '../../engine/operations/index.ts';
import { startGateway, token } from '../gateways/estate.ts';
import { createProject, type TestProject, valueIn } from '../support/project.ts';
import { packageFiles, providerSource, writeFiles } from '../support/third-party.ts';

const found = async (project: TestProject, about: RegExp): Promise<readonly Finding[]> =>
  valueIn(await doctor(project.context, { lockTimeoutMs: 0 })).findings.filter(({ check }) => about.test(check));

const said = (findings: readonly Finding[]): readonly string[] =>
  findings.map(
    ({ check, verdict, detail }) => `${verdict} ${check}: ${detail.replaceAll(/127\.0\.0\.1:\d+/g, '<address>')}`,
  );

test('doctor asks each gateway, and says what to do about one that a plan would fail at', async () => {
  await using well = await startGateway();
  const gone = await startGateway();
  await gone.close();
  const project = await createProject('schemas');
  project.configure(`  t: { environment: development, version: latest, gateways: [well, gone, drained, unnamed] }
gateways:
  well: { url: "${well.url}" }
  gone: { url: "${gone.url}" }
  drained: { url: "${gone.url}", weight: 0 }
  idle: { url: "${gone.url}" }
  unnamed: { url: "\${env.NOBODY_SET_THIS}" }`);
  const findings = await found(project, /^gateway /);
  expect(said(findings)).toEqual([
    'ok gateway well: 4.0.0, 1 executor serving',
    expect.stringMatching(/^broken gateway gone: .*ECONNREFUSED/),
    expect.stringMatching(/^warning gateway drained: /),
    // It belongs to no environment and no target.
    expect.stringMatching(/^warning gateway idle: /),
    expect.stringMatching(/^skipped gateway unnamed: .*NOBODY_SET_THIS/),
  ]);
  expect(findings[1]?.remedy).toContain('m3forge gateway check');
});

test('doctor says where a target drains one, a token is refused, and versions differ', async () => {
  await using well = await startGateway({ keys: [] });
  await using old = await startGateway({ version: '3.9.0' });
  const gone = await startGateway();
  await gone.close();
  const project = await createProject('schemas');
  project.configure(`  t:
    environment: development
    version: latest
    gateways: [well, old, { id: gone, weight: 0 }]
    smoke_tests: [{ name: runs, invoke: { workflow: extract } }]
gateways:
  well: { url: "${well.url}", token: "\${env.TOKEN}" }
  old: { url: "${old.url}" }
  gone: { url: "${gone.url}" }`);
  const { system } = project.context;
  const env = (name: string): string | undefined => (name === 'TOKEN' ? token : system.env(name));
  const { findings } = valueIn(await doctor({ ...project.context, system: { ...system, env } }, { lockTimeoutMs: 0 }));
  expect(said(findings.filter(({ check }) => /gateway/.test(check)))).toEqual([
    expect.stringMatching(/^broken gateway well: .*token/),
    'ok gateway old: 3.9.0, 1 executor serving',
    expect.stringMatching(/^warning gateway gone: /),
    'broken versions of gateways: The gateway "old" runs 3.9.0, and "well" runs 4.0.0.',
  ]);
  expect(JSON.stringify(findings)).not.toContain(token);
});

test('doctor compares each third-party provider with what was locked', async () => {
  const project = await createProject('schemas');
  writeFiles(join(project.directory, 'acme'), packageFiles({ 'provider.js': providerSource() }));
  project.configure(`  t: { environment: development, version: latest }
providers: { acme: { path: acme } }`);
  expect(await found(project, /^provider /)).toMatchObject([
    { check: 'provider acme', verdict: 'broken', remedy: expect.stringContaining('m3forge providers lock') },
  ]);
  valueIn(await lockProviders(project.context, { names: [] }));
  expect(said(await found(project, /^provider /))).toEqual(['ok provider acme: 1.2.0, as it was locked']);
  writeFiles(join(project.directory, 'acme'), packageFiles({ 'provider.js': `${providerSource()}\n// changed` }));
  expect(await found(project, /^provider /)).toMatchObject([{ verdict: 'broken' }]);
});
