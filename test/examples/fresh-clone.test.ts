import { expect, test } from 'vitest';
import { createProject, quickstartFiles } from './project.ts';

const minutes = { timeout: 300_000 };

test('the first plan in a fresh clone shows what would be created', minutes, () => {
  const { stdout } = createProject(quickstartFiles).shell('npx m3forge plan');
  expect(stdout).toContain('development: nothing → v1.0.0');
  expect(stdout).toContain('Plan: 9 to add, 0 to change, 0 to destroy.');
});

test('validate says what it did not look at, and with --ref looks at it', minutes, () => {
  const project = createProject(quickstartFiles);
  expect(project.m3forge('validate').stdout).toContain('m3forge validate --ref TAG');
  const { stdout } = project.m3forge('validate --ref v1.1.0');
  expect(stdout).toContain('Valid: 4 artifacts.');
  expect(stdout).not.toContain('--ref TAG');
});

test(
  'a version that does not exist is a mistake on the command line or in the file, wherever it was named',
  minutes,
  () => {
    const project = createProject(quickstartFiles);
    const named = project.m3forge('plan --version v9.9.9', 1).stderr;
    expect(named).toContain('[version-unknown]');
    expect(named).not.toContain('m3forge.yaml:');
    project.shell("sed 's/version: v1.0.0/version: v9.9.9/' m3forge.yaml > changed && mv changed m3forge.yaml");
    expect(project.m3forge('plan', 1).stderr).toContain('m3forge.yaml:');
  },
);

test('a target that is switched off is planned where it is named, and says why it cannot be applied', minutes, () => {
  const { stdout } = createProject(quickstartFiles).m3forge('plan --target production --version v1.2.0');
  expect(stdout).toContain('[target-disabled]');
});
