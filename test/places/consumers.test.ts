import { expect, test } from 'vitest';
import { createProject } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

test('a consumer reads what is active from the views, and may stay with the version it started with', async () => {
  const project = await createProject('schemas');
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['first']) }, 'v1.0.0');
  await project.apply();
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['second']) }, 'v1.1.0');
  await project.apply();

  const text = `#>> '{planDefinition,nodes,0,definition,params,text}'`;
  const active = `select name, version, seq, definition ${text} as text from :place.workflows`;
  expect(await project.sql('development', active)).toEqual([{ name: 'a', version: 'v1.1.0', seq: 2, text: 'second' }]);
  expect(await project.sql('development', 'select name from :place.agents')).toEqual([]);
  expect(await project.sql('development', 'select name from :place.processors')).toEqual([]);

  const at = `select :place.workflow_at(1, 'a') ${text} as first, :place.workflow_at(2, 'a') ${text} as second,
    :place.workflow_at(2, 'unknown') as none`;
  expect(await project.sql('development', at)).toEqual([{ first: 'first', second: 'second', none: null }]);

  await project.rollback('development');
  expect(await project.sql('development', active)).toEqual([{ name: 'a', version: 'v1.0.0', seq: 1, text: 'first' }]);
});
