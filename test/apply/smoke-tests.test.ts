import { expect, test } from 'vitest';
import { serve } from '../http/loopback.ts';
import { misbehaviours } from '../http/misbehaviours.ts';
import { codesOf, createProject } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const chosen = [
  'sends a body one byte at a time',
  'fails (503)',
  'says 200 with a page',
  'says 200 and means an error',
  'sends a bomb (gzip)',
  'never ends its body',
  'sends a hundred thousand headers',
  'hangs up in its body',
];

test('a server that misbehaves after the activation leaves the previous version active', async () => {
  const project = await createProject('schemas', { environments: ['production'] });
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  expect((await project.apply()).problems).toEqual([]);
  const before = await project.view('production');
  for (const [index, name] of chosen.entries()) {
    const { open, expects, says, stalls } = misbehaviours[name] ?? {};
    await using server = await (open ?? (() => serve(() => undefined)))();
    const http = { url: `http://127.0.0.1:${server.port}/status`, ...(expects && { expect_json: expects }) };
    const tests = [{ name: 'status', http, timeout_seconds: stalls ? 1 : 60 }];
    project.configure(
      `  production: { environment: production, version: latest, smoke_tests: ${JSON.stringify(tests)} }`,
    );
    project.repository.commit({ 'workflows/a.json': workflowFile('a', [name]) }, `v1.${index + 1}.0`);
    const { sections, problems } = await project.apply();
    expect([name, sections]).toMatchObject([name, [{ outcome: 'failed', active: 'v1.0.0' }]]);
    expect(codesOf(problems)).toEqual(['release-failed', 'smoke-test-failed']);
    expect(problems[1]?.detail.replace(/^The smoke test "status" failed: |\.$/g, '')).toMatch(
      new RegExp(says?.source.replace(/\$$/, '') ?? 'unknown'),
    );
    expect(await project.view('production')).toEqual(before);
  }
  // Each of them is avoided from now on; a server in order lets the next one through.
  await using server = await serve((_, response) => response.end('{"status":"ok"}'));
  const http = { url: `http://127.0.0.1:${server.port}/status`, expect_json: { status: 'ok' } };
  project.configure(
    `  production: { environment: production, version: latest, smoke_tests: [{ name: status, http: ${JSON.stringify(http)} }] }`,
  );
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['fine']) }, 'v2.0.0');
  expect((await project.apply()).sections).toMatchObject([{ outcome: 'succeeded', active: 'v2.0.0' }]);
});
