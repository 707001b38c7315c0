import {
  type Block,
  type Change,
  type ConfigurationSection,
  hasWork,
  type PlanDocument,
  type PlanSection,
} from '../../plan/index.ts';
import { neededText } from './approvals.ts';
import { detailLines } from './detail.ts';
import { emergencyWords } from './emergency.ts';
import { inline } from './escape.ts';
import {
  configurationActions,
  configurationLines,
  heldLines,
  sharedLines,
  variableLines,
  withheldLines,
} from './plan-configuration.ts';
import { actionOf, nothingToDo, summaryLines, symbolOf } from './plan-counts.ts';
import { hiddenCount, type ShownPlan } from './plan-filter.ts';
import { addressLine, type PlanTextOptions, widthOfAddresses } from './plan-lines.ts';
import { preflightLines } from './preflight.ts';
import type { Style } from './style.ts';

const changeLines = (
  changes: readonly Change[],
  { style, detail }: PlanTextOptions,
  width: number,
): readonly string[] =>
  changes.flatMap((change) => {
    const lines = detail && change.detail ? detailLines(change.detail, style) : [];
    return [addressLine(change, width, style), ...lines.map((text) => `      ${text}`.trimEnd())];
  });

const verbs = { release: '', rollback: ' (rollback)', restore: ' (restore)' } as const;

/** What is passed over in an emergency, and what that takes. */
const emergencyLines = ({ emergency }: PlanSection, style: Style): readonly string[] => {
  const words = emergencyWords(emergency);
  return words.map((line, index) =>
    index === 0 ? `  ${style.red('Emergency')}: ${inline(line)}` : `  ${inline(line)}`,
  );
};

const heading = (section: PlanSection, style: Style): string => {
  const from = inline(section.from.version ?? 'nothing');
  const to = inline(section.to?.version ?? 'nothing');
  const move = from === to || !section.to ? from : `${from} → ${to}`;
  return style.bold(`${inline(section.target)}: ${move}${verbs[section.kind]}`);
};

const driftLines = ({ drift }: PlanSection, style: Style): readonly string[] =>
  drift.length === 0
    ? []
    : [
        style.yellow('  Changed by hand since the last release:'),
        ...drift.map(({ address, field, reason }) => `    ${inline(address)} (${field}): ${inline(reason)}`),
      ];

/** Validation is a matter of course; what else a target asks for is good to know before anybody waits for it. */
const gateLines = ({ gates }: PlanSection): readonly string[] =>
  gates.some((gate) => gate !== 'validation') ? [`  Gates: ${gates.map(inline).join(', ')}`] : [];

/** A way out is a command to copy, which stands alone on its line, or a sentence. */
const remedyLines = (remedy: string): readonly string[] =>
  remedy.startsWith('m3forge ') ? ['', `      ${inline(remedy)}`] : [`    ${inline(remedy)}`];

const blockLines = (blocks: readonly Block[], style: Style): readonly string[] =>
  blocks.flatMap(({ code, reason, remedy }) => [
    `  ${style.red('Blocked')}: ${inline(reason)} ${style.dim(`[${code}]`)}`,
    ...remedyLines(remedy),
  ]);

const approvalLines = (section: Pick<PlanSection, 'approvals' | 'approval'>): readonly string[] => {
  const needed = neededText(section);
  return needed === undefined ? [] : [`  ${needed}`];
};

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
  const { changes, configuration_changes: declared, held } = section;
  const width = widthOfAddresses([...changes, ...declared]);
  return [
    heading(section, style),
    ...changeLines(changes, options, width),
    ...sameContent(section, whole),
    ...configurationLines(declared, options, { held, width }),
    ...variableLines(section, style),
    ...driftLines(section, style),
    ...heldLines(section, style),
    ...emergencyLines(section, style),
    ...gateLines(section),
    ...blockLines(section.blocks, style),
    ...approvalLines(section),
    ...preflightLines(section, style),
    ...noteLines(section),
  ];
};

/** One section by itself: what a release that waits would do. */
export const sectionText = (section: PlanSection, options: PlanTextOptions): string =>
  sectionLines(section, section, options).join('\n');

/** The same of what several targets share. */
export const sharedText = (section: ConfigurationSection, options: PlanTextOptions): string =>
  sharedLines(section, options, [...blockLines(section.blocks, options.style), ...approvalLines(section)]).join('\n');

const legend = (document: PlanDocument, style: Style): readonly string[] => {
  const used = new Set([
    ...document.sections.flatMap(({ changes }) => changes.map(actionOf)),
    ...configurationActions(document),
  ]);
  const entries = (['create', 'update', 'delete'] as const)
    .filter((action) => used.has(action))
    .map((action) => `${symbolOf(action, style)} ${action}`);
  return entries.length === 0 ? [] : [`Symbols: ${entries.join('  ')}`, ''];
};

/** The plan for people: one line for each artifact, destructive first, each with its reason, and a summary. */
export const planText = ({ document, whole, hidden }: ShownPlan, options: PlanTextOptions): string => {
  const { configuration } = document;
  const bodies = [
    ...document.sections.map((section, index) => sectionLines(section, whole.sections[index] ?? section, options)),
    ...(configuration ? [[sharedText(configuration, options)]] : []),
    withheldLines(document, options),
  ].flatMap((lines) => (lines.length === 0 ? [] : [lines.join('\n')]));
  if (bodies.length === 0) return 'No target is enabled.';
  const work = whole.sections.some(hasWork) || whole.configuration !== null;
  const left =
    hidden > 0 ? [`${hiddenCount(hidden)} hidden by --select or --exclude; applying carries out the whole plan.`] : [];
  const summary = work ? summaryLines(whole).map((line, index) => (index === 0 ? options.style.bold(line) : line)) : [];
  const tail = [...summary, ...left];
  return [...legend(document, options.style), bodies.join('\n\n'), ...(tail.length > 0 ? ['', ...tail] : [])].join(
    '\n',
  );
};
