import {
  type Change,
  type ConfigurationChange,
  type ConfigurationSection,
  hasRelease,
  hasWork,
  type PlanSection,
  type WithheldChange,
} from '../../plan/index.ts';
import { neededText } from './approvals.ts';
import { detailLines, valueChangeLines } from './detail.ts';
import { emergencyWords } from './emergency.ts';
import { fenced, inline, markdownInline } from './escape.ts';
import { actionOf, allCounts, countChanges, nothingToDo, symbols, totals } from './plan-counts.ts';
import { hiddenCount, type ShownPlan } from './plan-filter.ts';
import { preflightMarkdown } from './preflight.ts';
import { plainStyle } from './style.ts';

const code = (text: string): string => `<code>${markdownInline(text)}</code>`;

const changeBlock = (change: Change): string => {
  const title = `${code(`${symbols[actionOf(change)]} ${change.address}`)} ${markdownInline(change.reason)}`;
  if (!change.detail) return `- ${title}`;
  const body = fenced(detailLines(change.detail, plainStyle).join('\n'));
  return `<details>\n<summary>${title}</summary>\n\n${body}\n\n</details>`;
};

const loosensNote = ({ loosens }: ConfigurationChange): string =>
  loosens.length === 0 ? '' : ` **loosens** ${loosens.map(markdownInline).join('; ')}`;

const configurationBlock = (change: ConfigurationChange): string => {
  const title = `${code(`${symbols[actionOf(change)]} ${change.address}`)} ${markdownInline(change.reason)}${loosensNote(change)}`;
  if (!change.detail || change.detail.length === 0) return `- ${title}`;
  const body = fenced(change.detail.flatMap((one) => valueChangeLines(one, plainStyle)).join('\n'));
  return `<details>\n<summary>${title}</summary>\n\n${body}\n\n</details>`;
};

const variablesBlock = ({ variables }: PlanSection): readonly string[] =>
  variables.length === 0
    ? []
    : [
        `**Variables of the place:**\n\n${variables
          .map(
            ({ name, before, after }) =>
              `- ${code(name)}: ${markdownInline(before ?? 'none')} → ${markdownInline(after ?? 'none')}`,
          )
          .join('\n')}`,
      ];

const heldBlock = ({ held }: PlanSection): readonly string[] =>
  held.length === 0 ? [] : [`> **Held** to what is recorded in this release: ${held.map(markdownInline).join('; ')}`];

const blocksOf = ({ blocks }: Pick<PlanSection, 'blocks'>): readonly string[] =>
  blocks.map(({ reason, remedy }) => `> **Blocked**: ${markdownInline(reason)}\n>\n> ${markdownInline(remedy)}`);

const approvalsOf = (section: Pick<PlanSection, 'approvals' | 'approval'>): readonly string[] => {
  const needed = neededText(section);
  return needed === undefined ? [] : [`> ${markdownInline(needed)}`];
};

const emergencyOf = ({ emergency }: PlanSection): readonly string[] => {
  const [first, ...others] = emergencyWords(emergency).map(markdownInline);
  return first === undefined ? [] : [[`> **Emergency**: ${first}`, ...others.map((line) => `> ${line}`)].join('\n')];
};

/** What affects several targets. */
const sharedBlock = (section: ConfigurationSection): string =>
  [
    '### Configuration',
    ...blocksOf(section),
    ...approvalsOf(section),
    ...section.changes.map(configurationBlock),
    ...(section.held_to.length > 0
      ? [`Held to the strictest recorded rules of ${section.held_to.map(markdownInline).join(', ')}.`]
      : []),
    `Digest of this section: ${code(section.digest)}`,
  ].join('\n\n');

const withheldBlock = (changes: readonly WithheldChange[]): string =>
  `### Withheld\n\n${changes
    .map(
      (change) =>
        `- ${code(`${symbols[actionOf(change)]} ${change.address}`)} waits for ${markdownInline(change.waits_for.join(', '))}${loosensNote(change)}`,
    )
    .join('\n')}`;

const tableRow = (section: PlanSection): string => {
  const counts = countChanges(section.changes);
  const standing =
    section.blocks.length > 0
      ? 'blocked'
      : hasRelease(section)
        ? 'ready'
        : hasWork(section)
          ? 'configuration only'
          : 'no changes';
  const cells = [
    markdownInline(section.target),
    markdownInline(section.from.version ?? '–'),
    markdownInline(section.to?.version ?? '–'),
    counts.create,
    counts.update,
    counts.delete,
    section.drift.length,
    standing,
  ];
  return `| ${cells.join(' | ')} |`;
};

const sectionBlock = (section: PlanSection, whole: PlanSection): string => {
  const move = `${section.from.version ?? 'nothing'} → ${section.to?.version ?? 'nothing'}`;
  const lines = [
    `### ${markdownInline(section.target)}: ${markdownInline(move)}`,
    ...blocksOf(section),
    ...emergencyOf(section),
    ...approvalsOf(section),
    ...section.changes.map(changeBlock),
    ...(whole.changes.length === 0 && section.to ? ['The content is the same.'] : []),
    ...section.configuration_changes.map(configurationBlock),
    ...variablesBlock(section),
    ...heldBlock(section),
    ...(section.drift.length > 0
      ? [
          `**Changed by hand since the last release:**\n\n${section.drift
            .map(
              ({ address, field, reason }) =>
                `- ${code(address)} (${markdownInline(field)}): ${markdownInline(reason)}`,
            )
            .join('\n')}`,
        ]
      : []),
    ...preflightMarkdown(section),
    ...section.notes.map((note) => `> ${markdownInline(note)}`),
    `Digest of this section: ${code(section.digest)}`,
  ];
  return lines.join('\n\n');
};

const quietBlock = (section: PlanSection): string =>
  [markdownInline(nothingToDo(section)), ...section.notes.map((note) => `> ${markdownInline(note)}`)].join('\n\n');

/** The plan for a comment on a pull request: a table first, then each artifact, folded where there is more to see. */
export const planMarkdown = ({ document, whole, hidden }: ShownPlan): string => {
  const counts = allCounts(whole);
  const work = whole.sections.some(hasWork) || whole.configuration !== null;
  const blocks = [
    work ? `## Plan: ${totals(counts)}` : '## No changes',
    [
      '| target | from | to | create | update | delete | drift | |',
      '|---|---|---|---:|---:|---:|---:|---|',
      ...whole.sections.map(tableRow),
    ].join('\n'),
    ...document.sections.map((section, index) => {
      const all = whole.sections[index] ?? section;
      return hasWork(all) ? sectionBlock(section, all) : quietBlock(section);
    }),
    ...(document.configuration ? [sharedBlock(document.configuration)] : []),
    ...(document.withheld.length > 0 ? [withheldBlock(document.withheld)] : []),
    ...document.diagnostics.map(
      ({ severity, summary, detail }) => `> **${severity}**: ${markdownInline(summary)}: ${markdownInline(detail)}`,
    ),
    ...(hidden > 0 ? [`${hiddenCount(hidden)} hidden by a filter; applying carries out the whole plan.`] : []),
    `Plan ${code(inline(document.plan_id))} by ${markdownInline(document.created_by)} at ${markdownInline(document.created_at)}, m3forge ${markdownInline(document.tool_version)}`,
  ];
  return `${blocks.join('\n\n')}\n`;
};
