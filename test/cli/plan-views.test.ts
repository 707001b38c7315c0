import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { jsonText } from '../../engine/cli/views/escape.ts';
import { filterPlan, matchesNothing, planJson } from '../../engine/cli/views/plan-filter.ts';
import { planMarkdown } from '../../engine/cli/views/plan-markdown.ts';
import { planText } from '../../engine/cli/views/plan-text.ts';
import { createStyle, plainStyle } from '../../engine/cli/views/style.ts';
import { integrityOf } from '../../engine/plan/index.ts';
import { blocked, configuration, documentOf, empty, recordOnly, sameContent, settled, staging } from './sample-plan.ts';

const golden = (name: string): string => join(import.meta.dirname, 'golden', name);
const everything = { select: [], exclude: [] };
const whole = filterPlan(
  documentOf([settled, staging, blocked, sameContent, empty, recordOnly], configuration),
  everything,
);
const text = (sections: Parameters<typeof documentOf>[0], detail = false): string =>
  planText(filterPlan(documentOf(sections), everything), { style: plainStyle, detail });

describe('a plan with everything in it', () => {
  test('as text', () =>
    expect(planText(whole, { style: plainStyle, detail: false })).toMatchFileSnapshot(golden('plan.txt')));
  test('as text with its details', () =>
    expect(planText(whole, { style: plainStyle, detail: true })).toMatchFileSnapshot(golden('plan-detail.txt')));
  test('in colours', () =>
    expect(planText(whole, { style: createStyle(true), detail: true })).toMatchFileSnapshot(
      golden('plan-colours.txt'),
    ));
  test('as Markdown', () => expect(planMarkdown(whole)).toMatchFileSnapshot(golden('plan.md')));
  test('as JSON', () => expect(`${jsonText(planJson(whole))}\n`).toMatchFileSnapshot(golden('plan.json')));
});

test('colours change nothing but colours', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes that colour a text.
  const bare = planText(whole, { style: createStyle(true), detail: true }).replaceAll(/\u001b\[\d+m/g, '');
  expect(bare).toBe(planText(whole, { style: plainStyle, detail: true }));
});

test('the summary counts what would be applied, with a line for each kind that changes', () => {
  expect(text([staging]).split('\n').slice(-4)).toEqual([
    'Plan: 2 to add, 2 to change, 1 to destroy.',
    '  workflows      1 created, 1 updated, 1 deleted',
    '  agents         1 created, 0 updated, 0 deleted',
    '  configuration  0 created, 1 updated, 0 deleted',
  ]);
});

test('where nothing changes, that is all it says', () => {
  expect(text([settled])).toBe('No changes. development runs v1.3.0, as configured.');
  expect(text([{ ...empty, notes: [] }])).toBe('Nothing is planned for archive.');
  expect(text([{ ...settled, to: null }])).toBe('No changes. development keeps v1.3.0.');
});

test('a plan for no target says so', () => {
  expect(text([])).toBe('No target is enabled.');
});

test('the legend names only the symbols that are used', () => {
  expect(text([blocked]).split('\n')[0]).toBe('Symbols: - delete');
});

describe('a filter', () => {
  const document = documentOf([staging]);
  const shown = filterPlan(document, { select: ['workflow.*'], exclude: ['workflow.old-*'] });

  test('chooses what is shown, and says what is not', () => {
    const said = planText(shown, { style: plainStyle, detail: false });
    expect(said).not.toContain('agent.router');
    expect(said).not.toContain('old-report');
    expect(said).toContain('invoice-extraction');
    expect(said).toContain('3 entries hidden by --select or --exclude; applying carries out the whole plan.');
    expect(said).toContain('Plan: 2 to add, 2 to change, 1 to destroy.');
    expect(planMarkdown(shown)).toContain('3 entries hidden');
    expect(planMarkdown(shown)).not.toContain('router');
  });

  test('matches nothing where there is something to match, and none of its globs does', () => {
    expect(matchesNothing(document, ['prompt.*'])).toBe(true);
    expect(matchesNothing(document, ['prompt.*', 'agent.*'])).toBe(false);
    expect(matchesNothing(document, [])).toBe(false);
    expect(matchesNothing(documentOf([settled]), ['prompt.*'])).toBe(false);
  });

  test('makes JSON that can never be applied', () => {
    const json = JSON.parse(jsonText(planJson(shown)));
    expect(json.hidden).toBe(3);
    expect(integrityOf(json)).not.toBe(json.integrity);
    expect(planJson(filterPlan(document, { select: ['**'], exclude: [] }))).toEqual(document);
  });
});
