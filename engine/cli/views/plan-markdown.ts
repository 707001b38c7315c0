import { type Change, hasWork, type PlanSection } from '../../plan/index.ts';
import { detailLines } from './detail.ts';
import { fenced, inline, markdownInline } from './escape.ts';
import { actionOf, countChanges, nothingToDo, symbols, totals } from './plan-counts.ts';
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

const tableRow = (section: PlanSection): string => {
  const counts = countChanges(section.changes);
  const standing = section.blocks.length > 0 ? 'blocked' : hasWork(section) ? 'ready' : 'no changes';
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
    ...section.blocks.map(
      ({ reason, remedy }) => `> **Blocked**: ${markdownInline(reason)}\n>\n> ${markdownInline(remedy)}`,
    ),
    ...section.changes.map(changeBlock),
    ...(whole.changes.length === 0 ? ['The content is the same.'] : []),
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
  const counts = countChanges(whole.sections.flatMap(({ changes }) => changes));
  const work = whole.sections.some(hasWork);
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
    ...document.diagnostics.map(
      ({ severity, summary, detail }) => `> **${severity}**: ${markdownInline(summary)}: ${markdownInline(detail)}`,
    ),
    ...(hidden > 0 ? [`${hiddenCount(hidden)} hidden by a filter; applying carries out the whole plan.`] : []),
    `Plan ${code(inline(document.plan_id))} by ${markdownInline(document.created_by)} at ${markdownInline(document.created_at)}, m3forge ${markdownInline(document.tool_version)}`,
  ];
  return `${blocks.join('\n\n')}\n`;
};
