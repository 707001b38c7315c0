import { join } from 'node:path';
import { expect, test } from 'vitest';
import { previewText } from '../../engine/cli/views/preview-text.ts';
import { createStyle, plainStyle } from '../../engine/cli/views/style.ts';
import { everything, previewOf } from '../cli/sample-preview.ts';

const golden = (name: string): string => join(import.meta.dirname, 'golden', name);

test('a preview in a terminal', () =>
  expect(previewText(everything, { style: plainStyle, detail: false })).toMatchFileSnapshot(golden('preview.txt')));

test('with what differs inside, and what workflows use', () =>
  expect(previewText(everything, { style: plainStyle, detail: true })).toMatchFileSnapshot(
    golden('preview-detail.txt'),
  ));

test('colours change nothing but colours', () => {
  const coloured = previewText(everything, { style: createStyle(true), detail: true });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes that colour a text.
  expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).toBe(previewText(everything, { style: plainStyle, detail: true }));
});

test('where nothing changes, it says what was compared, and that', () => {
  const said = previewText(previewOf([], { targets: [], against: 'state' }), { style: plainStyle, detail: false });
  expect(said.split('\n')).toEqual([
    'Base main at 111111111111, head read-receipts at 222222222222',
    'Against what the targets are recorded to run.',
    `Digest ${'c'.repeat(64)}, 2026-11-20 19:42:43Z`,
    '',
    'No changes. Merging leaves every artifact as it is.',
  ]);
});
