import { expect, test } from 'vitest';
import { createProject } from './project.ts';

test('what "m3forge init" prints leads from an empty folder to the first release', { timeout: 300_000 }, () => {
  const project = createProject([]);
  const { stdout } = project.m3forge('init "my invoices"');
  const steps = [...stdout.matchAll(/^ {4}(\S.*)$/gm)].map(([, line = '']) => line);
  expect(steps.at(0)).toBe("cd 'my invoices'");
  expect(steps.at(-1)).toBe('m3forge apply');
  // Nobody is there to be asked.
  const ended = project.shell(`${steps.join('\n')} --yes\nm3forge plan --detailed-exitcode`);
  expect(ended.stdout).toContain('Applied. development runs v0.1.0: 1 created, 0 updated, 0 deleted');
  expect(ended.stdout).toContain('No changes. development runs v0.1.0, as configured.');
});
