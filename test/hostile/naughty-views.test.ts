import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openEventStream } from '../../engine/cli/progress/stream.ts';
import { jsonText } from '../../engine/cli/views/escape.ts';
import { testSystem } from '../support/servers.ts';
import { detailsWith, documentWith, eventsWith, problemWith } from './filled.ts';
import { expectInertMarkdown, expectPlain } from './looked-at.ts';
import { naughtyStrings } from './naughty-strings.ts';
import { markdownWith, partsOnly, viewsWith } from './views.ts';

/**
 * Every naughty string in every field that people fill (names, prompts, reasons, tags, what their smoke tests print),
 * through everything that m3forge prints: text, Markdown, JSON and lines of a log.
 */
const named = (text: string): string => JSON.stringify(text);

test('the list is long', () => {
  expect(naughtyStrings.length).toBeGreaterThan(600);
});

test('no view is left out', () => {
  const files = readdirSync(join(import.meta.dirname, '../../engine/cli/views'));
  expect([...Object.keys(viewsWith), ...Object.keys(partsOnly)].sort()).toEqual(files.sort());
});

test('no text that is shown commands a terminal or hides a character', () => {
  for (const text of naughtyStrings) {
    for (const [view, show] of Object.entries(viewsWith)) {
      for (const shown of show(text)) expectPlain(shown, `${view}: ${named(text)}`);
    }
  }
});

test('JSON is safe to print as well, and gives every string back', () => {
  for (const text of naughtyStrings) {
    const document = documentWith(text);
    const shown = jsonText({ document, release: detailsWith(text) });
    expectPlain(shown, named(text));
    expect((JSON.parse(shown) as { document: unknown }).document, named(text)).toEqual(
      JSON.parse(JSON.stringify(document)),
    );
    expect(JSON.parse(jsonText(text))).toBe(text);
  }
});

test('so is each line of the stream of events', () => {
  for (const text of naughtyStrings) {
    const lines: string[] = [];
    const stream = openEventStream((value) => lines.push(jsonText(value, 0)), testSystem().clock, '1.2.3');
    stream.plan(documentWith(text));
    for (const event of eventsWith(text)) stream.report(text, event);
    stream.diagnostics([problemWith(text)]);
    for (const line of lines) {
      expectPlain(line, named(text));
      expect(line).not.toContain('\n');
    }
    const parsed = lines.map((line) => JSON.parse(line) as { type: string; detail?: string });
    expect(parsed.find(({ type }) => type === 'verification')?.detail).toBe(text);
  }
});

test('in Markdown nothing becomes a link, a picture, HTML, a mention or a reference', () => {
  for (const text of naughtyStrings) {
    for (const [view, shown] of markdownWith(text)) expectInertMarkdown(shown, `${view}: ${named(text)}`);
  }
});
