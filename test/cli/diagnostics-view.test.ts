import { join } from 'node:path';
import { expect, test } from 'vitest';
import { diagnosticBoxes, diagnosticJson } from '../../engine/cli/views/diagnostics.ts';
import { createStyle, plainStyle } from '../../engine/cli/views/style.ts';
import { type Diagnostic, problem, warning } from '../../engine/diagnostics/index.ts';

const range = (line: string, column: number, end: number): NonNullable<Diagnostic['range']> => ({
  filename: 'm3forge.yaml',
  start: { line: 12, column, byte: 200 },
  end: { line: 12, column: end, byte: 200 + end - column },
  line,
});

const list: readonly Diagnostic[] = [
  problem('schema-unknown-key', {
    detail: 'There is no key "enviroment" here.',
    range: range('    enviroment: staging', 5, 15),
    hint: 'Did you mean "environment"?',
  }),
  problem('place-leased', {
    detail: 'The place is leased by alice.\nShe began two minutes ago.',
    address: 'production',
    hint: 'Wait for it:\n\n    m3forge apply --lock-timeout 5m',
  }),
  warning('workflow-field-ignored', {
    detail: 'Evil \u001b[2J name.',
    range: range(`\t\u202e"k": ${'x'.repeat(200)}, "late": 1`, 210, 216),
    address: 'workflow.x',
  }),
];

test('a box says what, where, the line, why, and what to do; errors come last', async () => {
  const golden = join(import.meta.dirname, 'golden/diagnostics.txt');
  await expect(`${diagnosticBoxes(list, plainStyle)}\n`).toMatchFileSnapshot(golden);
});

test('the caret stands under what is meant, also behind tabs and characters that are spelled out', () => {
  const boxes = diagnosticBoxes(
    [problem('yaml-syntax', { detail: 'x', range: range('\t\u202ekey: 1', 3, 6) })],
    plainStyle,
  );
  const [line = '', carets = ''] = boxes.split('\n').slice(2);
  expect(carets.indexOf('^')).toBe(line.indexOf('key'));
  expect(carets.match(/\^+/)?.[0]).toHaveLength(3);
});

test('colours mark errors and warnings', () => {
  const text = diagnosticBoxes(list, createStyle(true));
  expect(text).toContain('\u001b[31m');
  expect(text).toContain('\u001b[33m');
});

test('as JSON it has no source line, which may hold what nobody should log', () => {
  const [first] = list.map(diagnosticJson);
  expect(first).toEqual({
    severity: 'error',
    code: 'schema-unknown-key',
    summary: 'Unknown key',
    detail: 'There is no key "enviroment" here.',
    range: {
      filename: 'm3forge.yaml',
      start: { line: 12, column: 5, byte: 200 },
      end: { line: 12, column: 15, byte: 210 },
    },
    hint: 'Did you mean "environment"?',
  });
});
