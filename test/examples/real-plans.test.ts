import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { blocksOf, commandsOf, patternOf } from './documentation.ts';
import { createProject, repositoryRoot } from './project.ts';

const folder = 'examples/real-plans';

test('the README of the sixteen workflows runs as it is written', { timeout: 300_000 }, () => {
  const project = createProject([folder], { folder });
  let shown = '';
  for (const block of blocksOf(`${folder}/README.md`)) {
    if (block.language === 'text') expect(shown).toMatch(patternOf(block.text.trimEnd()));
    for (const { line, exit } of commandsOf(block)) shown = project.shell(line, exit).stdout;
  }
  expect(shown).toContain('No changes. development runs v1.1.0, as configured.');
});

test('every method that a gateway registers and an author would use is among the sixteen', () => {
  const workflows = join(repositoryRoot, folder, 'workflows');
  const files = readdirSync(workflows);
  expect(files).toHaveLength(16);
  const methods = files.flatMap((name) =>
    JSON.parse(readFileSync(join(workflows, name), 'utf8')).plan_definition.nodes.map(
      ({ definition }: { readonly definition: { readonly method: string } }) => definition.method,
    ),
  );
  expect([...new Set(methods)].sort()).toEqual(
    'BRANCH EXECUTOR_ENDPOINT GUARDRAIL HITL_APPROVAL HITL_CORRECTION HITL_ROUTER LLM MERGER_ENHANCED NOOP SWITCH'.split(
      ' ',
    ),
  );
});
