import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { apply, plan, validate } from '../../engine/operations/index.ts';
import { serveRepositories } from '../support/git-server.ts';
import { processorFiles } from '../support/processors.ts';
import { codesOf, createProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const variables: Readonly<Record<string, string>> = { PATH: process.env.PATH ?? '', HOME: '/nonexistent' };

test('versions of a repository elsewhere are released, and those that were seen while the host answered also later', async () => {
  const project = await createProject('schemas', {
    system: { env: (name) => variables[name], envNames: () => Object.keys(variables) },
  });
  const { repository, directory, context } = project;
  const server = await serveRepositories(directory);
  repository.git(['config', 'uploadpack.allowFilter', 'true']);
  const file = join(directory, 'm3forge.yaml');
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace('repository: repository', `repository: "${server.url('repository')}"`),
  );
  const version = (text: string, tag: string): void => {
    const files = [{ path: 'workflows/a.json', content: workflowFile('a', [text]) }, ...processorFiles('ocr')];
    repository.commit(files, tag);
  };

  version('one', 'v1.0.0');
  expect((await project.apply()).problems).toEqual([]);
  version('two', 'v1.1.0');
  const saved = valueIn(await plan(context, { targets: [], lockTimeoutMs: 0 }));
  expect(saved.sections).toMatchObject([{ to: { version: 'v1.1.0' }, changes: [{ address: 'workflow.a' }] }]);
  expect(saved.diagnostics).toEqual([]);

  await server.close();
  version('three', 'v1.2.0');
  const offline = await plan(context, { targets: [], lockTimeoutMs: 0 });
  expect(valueIn(offline).sections).toMatchObject([{ to: { version: 'v1.1.0' } }]);
  expect(valueIn(offline).diagnostics).toMatchObject([{ severity: 'warning', code: 'source-offline' }]);
  expect(codesOf(valueIn(await validate(context, { ref: 'v1.1.0' })).diagnostics)).toContain('source-offline');

  const planFile = join(directory, 'saved.json');
  writeFileSync(planFile, JSON.stringify(saved));
  const manner = { reason: null, lockTimeoutMs: 0, confirm: () => Promise.resolve(true), report: () => undefined };
  const applied = await apply(context, { ...manner, planFile, targets: [] });
  expect(valueIn(applied).problems).toEqual([]);
  expect(codesOf(applied.diagnostics)).toContain('source-offline');
  expect(valueIn(await plan(context, { targets: [], lockTimeoutMs: 0 })).sections).toMatchObject([{ changes: [] }]);
});
