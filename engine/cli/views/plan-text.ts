import { type Change, hasWork, type PlanSection } from '../../plan/index.ts';
import { detailLines } from './detail.ts';
import { inline } from './escape.ts';
import { actionOf, nothingToDo, summaryLines, symbolOf } from './plan-counts.ts';
import { hiddenCount, type ShownPlan } from './plan-filter.ts';
import { preflightLines } from './preflight.ts';
import type { Style } from './style.ts';

export interface PlanTextOptions {
  readonly style: Style;
  /** Also the semantic difference of each update. */
  readonly detail: boolean;
}

/** Longer addresses do not push the reasons of all others aside. */
const widestAddress = 60;

const changeLines = (changes: readonly Change[], { style, detail }: PlanTextOptions): readonly string[] => {
  const addresses = changes.map(({ address }) => inline(address));
  const width = Math.min(widestAddress, Math.max(0, ...addresses.map((address) => Array.from(address).length)));
  return changes.flatMap((change, index) => {
    const address = addresses[index] ?? '';
    const space = ' '.repeat(Math.max(0, width - Array.from(address).length));
    const line = `  ${symbolOf(actionOf(change), style)} ${address}${space}  ${style.dim(inline(change.reason))}`;
    const lines = detail && change.detail ? detailLines(change.detail, style) : [];
    return [line, ...lines.map((text) => `      ${text}`.trimEnd())];
  });
};

const verbs = { release: '', rollback: ' (rollback)', restore: ' (restore)' } as const;

const heading = (section: PlanSection, style: Style): string => {
  const from = inline(section.from.version ?? 'nothing');
  const to = inline(section.to?.version ?? 'nothing');
  const move = from === to ? to : `${from} → ${to}`;
  return style.bold(`${inline(section.target)}: ${move}${verbs[section.kind]}`);
};

const driftLines = ({ drift }: PlanSection, style: Style): readonly string[] =>
  drift.length === 0
    ? []
    : [
        style.yellow('  Changed by hand since the last release:'),
        ...drift.map(({ address, field, reason }) => `    ${inline(address)} (${field}): ${inline(reason)}`),
      ];

/** A way out is a command to copy, which stands alone on its line, or a sentence. */
const remedyLines = (remedy: string): readonly string[] =>
  remedy.startsWith('m3forge ') ? ['', `      ${inline(remedy)}`] : [`    ${inline(remedy)}`];

const blockLines = ({ blocks }: PlanSection, style: Style): readonly string[] =>
  blocks.flatMap(({ code, reason, remedy }) => [
    `  ${style.red('Blocked')}: ${inline(reason)} ${style.dim(`[${code}]`)}`,
    ...remedyLines(remedy),
  ]);

const noteLines = ({ notes }: PlanSection): readonly string[] => notes.map((note) => `  Note: ${inline(note)}`);

const sameContent = (section: PlanSection, whole: PlanSection): readonly string[] =>
  section.to && whole.changes.length === 0 && section.to.version !== section.from.version
    ? ['  The content is the same; only the version changes.']
    : [];

const sectionLines = (section: PlanSection, whole: PlanSection, options: PlanTextOptions): readonly string[] => {
  const { style } = options;
  if (!hasWork(whole)) {
    return [inline(nothingToDo(whole)), ...driftLines(section, style), ...noteLines(section)];
  }
  return [
    heading(section, style),
    ...changeLines(section.changes, options),
    ...sameContent(section, whole),
    ...driftLines(section, style),
    ...blockLines(section, style),
    ...preflightLines(section, style),
    ...noteLines(section),
  ];
};

const legend = (sections: readonly PlanSection[], style: Style): readonly string[] => {
  const used = new Set(sections.flatMap(({ changes }) => changes.map(actionOf)));
  const entries = (['create', 'update', 'delete'] as const)
    .filter((action) => used.has(action))
    .map((action) => `${symbolOf(action, style)} ${action}`);
  return entries.length === 0 ? [] : [`Symbols: ${entries.join('  ')}`, ''];
};

/** The plan for people: one line for each artifact, destructive first, each with its reason, and a summary. */
export const planText = ({ document, whole, hidden }: ShownPlan, options: PlanTextOptions): string => {
  if (whole.sections.length === 0) return 'No target is enabled.';
  const bodies = document.sections.map((section, index) =>
    sectionLines(section, whole.sections[index] ?? section, options).join('\n'),
  );
  const work = whole.sections.some(hasWork);
  const left =
    hidden > 0 ? [`${hiddenCount(hidden)} hidden by --select or --exclude; applying carries out the whole plan.`] : [];
  const summary = work
    ? summaryLines(whole.sections).map((line, index) => (index === 0 ? options.style.bold(line) : line))
    : [];
  const tail = [...summary, ...left];
  return [
    ...legend(document.sections, options.style),
    bodies.join('\n\n'),
    ...(tail.length > 0 ? ['', ...tail] : []),
  ].join('\n');
};
