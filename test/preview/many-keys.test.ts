import { expect, test } from 'vitest';
import { attention, configurationPart, headlineText } from '../../engine/cli/views/preview-markdown-parts.ts';
import { previewText } from '../../engine/cli/views/preview-text.ts';
import { plainStyle } from '../../engine/cli/views/style.ts';
import { configuration, createProposal } from './previewed.ts';

/** A team of so many; what is said of somebody is for people alone. */
const withTeam = (people: number): string =>
  `${configuration()}team:\n${Array.from({ length: people }, (_, index) => `  person${index}: { role: viewer, description: text }\n`).join('')}`;

test('a head that changes more keys than are listed has all of them counted', async () => {
  const files = { 'm3forge.yaml': configuration() };
  const { preview } = createProposal(files, { 'm3forge.yaml': withTeam(700) });
  const document = await preview();
  expect(document.configuration).toHaveLength(500);
  expect(document.configuration_counts).toEqual({ rules: 700, others: 700 });
  expect(headlineText(document)).toContain('700 rules changed');
  expect(attention(document, 60_000)).toContain('200 more keys of rules, not listed here');
  expect(configurationPart(document, 60_000)).toContain('700 more keys, not listed here');
  const text = previewText(document, { style: plainStyle, detail: true });
  expect(text).toContain('Rules: 200 more keys of rules, not listed here');
  expect(text).toContain('Configuration: 700 more keys, not listed here');
});

test('of those that are all listed nothing is said to be missing', async () => {
  const files = { 'm3forge.yaml': configuration() };
  const { preview } = createProposal(files, { 'm3forge.yaml': withTeam(2) });
  const document = await preview();
  expect(document.configuration_counts).toEqual({ rules: 2, others: 2 });
  expect(`${attention(document, 60_000)}${configurationPart(document, 60_000)}`).not.toContain('not listed');
});
