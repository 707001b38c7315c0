import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatScenario, parseScenario, runScenario, scenariosDirectory } from '../support/scenario.ts';

/** `UPDATE_SCENARIOS=1 npx vitest …` writes what happens into the pages; read the difference before you commit it. */
const update = process.env.UPDATE_SCENARIOS === '1';

const pages = readdirSync(scenariosDirectory).filter((name) => name.endsWith('.txt'));

describe.each(pages)('%s', (page) => {
  const file = join(scenariosDirectory, page);
  const text = readFileSync(file, 'utf8');
  const scenario = parseScenario(text);
  test.each(scenario.arrangements)('on %s', async (arrangement) => {
    const outcomes = await runScenario(scenario, arrangement);
    const actual = formatScenario(text, outcomes);
    if (update && arrangement === scenario.arrangements[0]) writeFileSync(file, actual);
    expect(actual).toBe(update ? actual : formatScenario(text, scenario.steps));
  });
});
