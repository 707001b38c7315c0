import { expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apply } from '../../engine/operations/index.ts';
import { Secret } from '../../engine/values/index.ts';
import { createProject, codesOf } from '../support/project.ts';
import { openForTests } from '../support/servers.ts';
import { workflowFile } from '../support/workflows.ts';
test.each(['before', 'after-backup', 'after-intent'])('locked %s', { timeout: 200000 }, async (when) => {
  const project = await createProject('schemas');
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  expect((await project.apply()).problems).toEqual([]);
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['new']) }, 'v1.1.0');
  const url = /database: "([^"]+)"/.exec(readFileSync(join(project.directory, 'm3forge.yaml'), 'utf8'))?.[1] ?? '';
  const other = await openForTests({ kind: 'server', url: new Secret(url) });
  const done = Promise.withResolvers<void>();
  const locked = Promise.withResolvers<void>();
  let held: Promise<void> = Promise.resolve();
  const lock = async () => {
    held = other.transaction(async (t) => { await t.query('select 1 from development.place for update'); locked.resolve(); await done.promise; });
    await locked.promise;
  };
  if (when === 'before') await lock();
  const { system } = project.context;
  const outcome = await apply({ ...project.context, system: { ...system, failpoints: async (n: string) => { if (n === when) await lock(); } } },
    { targets: [], lockTimeoutMs: 0, reason: null, confirm: async () => true, report: () => undefined });
  console.log(when, JSON.stringify(outcome.ok ? outcome.value.problems : outcome.diagnostics, null, 1));
  done.resolve(); await held;
  expect((await project.apply()).problems).toEqual([]);
});
