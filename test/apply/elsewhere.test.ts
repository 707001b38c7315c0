import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { apply, plan, validate } from '../../engine/operations/index.ts';
import { serveRepositories } from '../support/git-server.ts';
import { processorFiles } from '../support/processors.ts';
import { codesOf, createProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const variables: Readonly<Record<string, string>> = { PATH: process.env.PATH ?? '', HOME: '/nonexistent' };

test('versions of a repository elsewhere are released, and those that were seen while the host answered also later', async () => {
  const points: string[] = [];
  const failpoints = async (name: string): Promise<void> => void points.push(`${name} ${server.requests.length}`);
  const project = await createProject('schemas', {
    system: { failpoints, env: (name) => variables[name], envNames: () => Object.keys(variables) },
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
    const files = [
      { path: `workflows/${text}.json`, content: workflowFile(text) },
      { path: 'workflows/a.json', content: workflowFile('a', [text]) },
      ...processorFiles(text),
    ];
    repository.commit(files, tag);
  };

  version('one', 'v1.0.0');
  expect((await project.apply()).problems).toEqual([]);
  version('two', 'v1.1.0');
  const saved = valueIn(await plan(context, { targets: [], lockTimeoutMs: 0 }));
  expect(saved.sections).toMatchObject([
    {
      to: { version: 'v1.1.0' },
      changes: [
        { address: 'processor.one' },
        { address: 'workflow.one' },
        { address: 'workflow.a' },
        { address: 'processor.two' },
        { address: 'workflow.two' },
      ],
    },
  ]);
  expect(saved.diagnostics).toEqual([]);

  // On a machine that has read nothing yet, everything is brought there before the place is locked.
  rmSync(join(directory, '.m3forge', 'sources'), { recursive: true });
  const planFile = join(directory, 'saved.json');
  writeFileSync(planFile, JSON.stringify(saved));
  const manner = { reason: null, lockTimeoutMs: 0, confirm: () => Promise.resolve(true), report: () => undefined };
  points.length = 0;
  expect(valueIn(await apply(context, { ...manner, planFile, targets: [] })).problems).toEqual([]);
  const asked = (name: string) => points.find((point) => point.startsWith(`${name} `))?.split(' ')[1];
  expect(asked('write-after-commit')).toBe(asked('write-before-bodies'));

  const next = valueIn(await plan(context, { targets: [], version: 'v1.0.0', lockTimeoutMs: 0 }));
  writeFileSync(planFile, JSON.stringify(next));
  await server.close();
  version('three', 'v1.2.0');
  const offline = await plan(context, { targets: [], lockTimeoutMs: 0 });
  expect(valueIn(offline).sections).toMatchObject([{ to: { version: 'v1.1.0' } }]);
  expect(valueIn(offline).diagnostics).toMatchObject([{ severity: 'warning', code: 'source-offline' }]);
  // The copy is new, and holds only what was read since then.
  expect(codesOf((await validate(context, { ref: 'v1.1.0' })).diagnostics)).toEqual(['source-object-missing']);

  // What was not read before cannot be had: the release ends before anybody sees anything of it.
  const applied = await apply(context, { ...manner, planFile, targets: [] });
  expect(codesOf(valueIn(applied).problems)).toEqual(['release-failed', 'source-object-missing']);
  expect(codesOf(applied.diagnostics)).toContain('source-offline');
  const after = valueIn(await plan(context, { targets: [], lockTimeoutMs: 0 }));
  expect(after.sections).toMatchObject([{ from: { version: 'v1.1.0' }, changes: [], drift: [] }]);
});
