import { join } from 'node:path';
import { expect, test } from 'vitest';
import { doctor, type Finding, lockProviders } from '../../engine/operations/index.ts';
import { startGateway } from '../gateways/estate.ts';
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
  unnamed: { url: "\${env.NOBODY_SET_THIS}" }`);
  const findings = await found(project, /^gateway /);
  expect(said(findings)).toEqual([
    'ok gateway well: 4.0.0, 1 executor serving',
    expect.stringMatching(/^broken gateway gone: .*ECONNREFUSED/),
    expect.stringMatching(/^warning gateway drained: /),
    expect.stringMatching(/^skipped gateway unnamed: .*NOBODY_SET_THIS/),
  ]);
  expect(findings[1]?.remedy).toContain('m3forge gateway check');
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
