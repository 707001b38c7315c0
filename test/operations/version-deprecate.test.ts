import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { deprecateVersion, plan } from '../../engine/operations/index.ts';
import { auditOf } from '../support/audit.ts';
import { codesOf, createProject, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const noWait = { lockTimeoutMs: 0 };

const files = (...names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [`workflows/${name}.json`, workflowFile(name)]));

describe('a version that is deprecated', () => {
  let project: TestProject;
  beforeAll(async () => {
    project = await createProject('schemas', { environments: ['development'] });
    project.repository.commit(files('a', 'b'), 'v1.0.0');
    await project.apply();
    project.repository.commit(files('a', 'b', 'c'), 'v1.1.0');
    valueIn(await deprecateVersion(project.context, { version: 'v1.1.0', reason: 'rounds down', ...noWait }));
  });

  test('is skipped by latest and by ranges, and can be named', async () => {
    expect((await project.plan()).sections[0]?.to?.version).toBe('v1.0.0');
    const [section] = (await project.plan(['development'], 'v1.1.0')).sections;
    expect(section?.to?.version).toBe('v1.1.0');
    expect(section?.notes).toContain('v1.1.0 is deprecated (rounds down).');
  });

  test('says why where nothing else is left', async () => {
    const outcome = await plan(project.context, { targets: ['development'], version: '>=1.1', ...noWait });
    expect(codesOf(outcome.diagnostics)).toEqual(['version-all-avoided']);
  });

  test('stays where it runs: nothing goes back by itself', async () => {
    await project.apply(['development'], 'v1.1.0');
    const [section] = (await project.plan()).sections;
    expect(section?.to?.version).toBe('v1.1.0');
    expect(section?.changes).toEqual([]);
  });

  test('is one under each name that tags have for it', async () => {
    const twins = await createProject('schemas', { environments: ['development'] });
    const config = join(twins.directory, 'm3forge.yaml');
    const text = readFileSync(config, 'utf8');
    writeFileSync(config, text.replace('repository: repository', 'repository: repository, version_pattern: "*"'));
    twins.repository.commit(files('a'), 'v1.0.0');
    twins.repository.commit(files('a', 'b'), 'v1.1.0');
    valueIn(await deprecateVersion(twins.context, { version: '1.1.0', reason: 'rounds down', ...noWait }));
    twins.repository.git(['tag', '1.1.0', 'v1.1.0']);
    expect((await twins.plan()).sections[0]?.to?.version).toBe('v1.0.0');
    const [section] = (await twins.plan(['development'], '1.1.0')).sections;
    expect(section?.notes).toContain('1.1.0 is deprecated (rounds down).');
    const again = await deprecateVersion(twins.context, { version: '1.1.0', reason: 'other', ...noWait });
    expect(codesOf(again.diagnostics)).toContain('version-deprecated');
    expect(again.ok).toBe(false);
  });

  test('is so for ever, and said once', async () => {
    const again = await deprecateVersion(project.context, { version: 'v1.1.0', reason: 'other', ...noWait });
    expect(codesOf(again.diagnostics)).toEqual(['version-deprecated']);
    expect(again.diagnostics[0]?.detail).toContain('rounds down');
    expect(await auditOf(project, { action: 'version' })).toHaveLength(1);
    const unknown = await deprecateVersion(project.context, { version: 'v9.0.0', reason: 'x', ...noWait });
    expect(codesOf(unknown.diagnostics)).toEqual(['version-unknown']);
  });
});
