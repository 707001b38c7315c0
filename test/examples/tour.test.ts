import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryRoot } from './project.ts';

test('the tour goes through plan, apply, drift and rollback, and leaves the clone as it was', {
  timeout: 300_000,
}, () => {
  const leftovers = (): readonly string[] => readdirSync(repositoryRoot).filter((name) => name.startsWith('.m3forge'));
  const before = leftovers();
  const tour = spawnSync(process.execPath, [join(repositoryRoot, 'examples/quickstart/tour.ts')], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
    input: '',
  });
  const said = tour.stdout;
  expect(tour.status, `${said}${tour.stderr}`).toBe(0);
  const landmarks = [
    '$ m3forge plan',
    '9 to add, 0 to change, 0 to destroy',
    '$ m3forge plan --detail',
    'Plan: 1 to add, 2 to change, 1 to destroy.',
    'receipt-extraction',
    '$ m3forge drift',
    'workflow.invoice-extraction',
    '$ m3forge rollback --target development',
    '$ m3forge history',
    'That was the tour',
  ];
  let at = 0;
  for (const landmark of landmarks) {
    const found = said.indexOf(landmark, at);
    expect(found, `"${landmark}" after character ${at} of\n${said}`).toBeGreaterThanOrEqual(at);
    at = found;
  }
  expect(leftovers()).toEqual(before);
});
