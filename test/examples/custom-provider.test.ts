import { expect, test } from 'vitest';
import { blocksOf, commandsOf } from './documentation.ts';
import { createProject } from './project.ts';

test('examples/custom-provider does what its README says', { timeout: 300_000 }, () => {
  const project = createProject(['examples/quickstart/invoices.bundle', 'examples/custom-provider'], {
    folder: 'examples/custom-provider',
  });
  const commands = blocksOf('examples/custom-provider/README.md').flatMap(commandsOf);
  for (const { line, exit } of commands) project.shell(line, exit);
  expect(commands.length).toBeGreaterThan(10);
  expect(project.m3forge('providers list').stdout).toMatch(/^mirror .* locked +backups$/m);
});
