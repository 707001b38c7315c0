import { describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../engine/database/index.ts';
import { Refusal } from '../../engine/diagnostics/index.ts';
import { drift, plan, status } from '../../engine/operations/index.ts';
import { Secret } from '../../engine/values/index.ts';
import { postgres } from '../../providers/postgres/index.ts';
import { arrangements, codesOf, createProject, type TestProject, valueIn } from '../support/project.ts';
import { asAdministrator, freshDatabase, openForTests, testSystem } from '../support/servers.ts';
import { workflowFile } from '../support/workflows.ts';

const request = { targets: [], lockTimeoutMs: 0 };

const codeOf = async (attempt: Promise<unknown>): Promise<string | undefined> => {
  const error = await attempt.then(
    () => new Error('nothing was refused'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Refusal)) throw error;
  return error.diagnostics[0]?.code;
};

describe('a role that may only read', () => {
  test('plans, and sees status and drift', async () => {
    const project = await createProject('schemas');
    project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
    expect((await project.apply()).problems).toEqual([]);
    project.repository.commit({ 'workflows/a.json': workflowFile('a', ['new']) }, 'v1.1.0');

    const role = `reader_${testSystem().ids.uuid().slice(0, 8)}`;
    await project.script(
      'development',
      `create role ${role} login password 'reader';
       grant usage on schema m3forge, development to ${role};
       grant select on all tables in schema m3forge, development to ${role};`,
    );
    const reader = readingAs(project, role);
    const outcome = await plan(reader, request);
    expect(valueIn(outcome).sections).toMatchObject([
      { from: { version: 'v1.0.0' }, to: { version: 'v1.1.0' }, changes: [{ address: 'workflow.a' }] },
    ]);
    expect(valueIn(await status(reader, request))).toMatchObject([{ version: 'v1.0.0', drifted: false }]);
    expect(valueIn(await drift(reader, request))).toMatchObject([{ drift: [] }]);
  });
});
