import type {
  CheckCounts,
  MergedPullRequest,
  PullRequestChecks,
  PullRequestDetails,
  PullRequestView,
  TouchedItem,
} from '../../operations/index.ts';
import { counted } from '../../values/index.ts';
import { columns } from './columns.ts';
import { inline } from './escape.ts';
import { shellWord } from './shell-word.ts';
import type { Style } from './style.ts';
import { longDuration, moment } from './words.ts';

const kinds = ['workflow', 'agent', 'processor'] as const satisfies readonly TouchedItem['kind'][];

/** `2 workflows, 1 agent`. */
const itemsText = (items: readonly TouchedItem[]): string | null =>
  kinds
    .flatMap((kind) => {
      const count = items.filter((one) => one.kind === kind).length;
      return count === 0 ? [] : [counted(count, kind)];
    })
    .join(', ') || null;

/** `3 of 4`, with what keeps the rest. */
const checksText = ({ passed, failed, pending, total }: CheckCounts): string | null => {
  if (total === 0) return null;
  const rest = [...(failed > 0 ? [`${failed} failed`] : []), ...(pending > 0 ? [`${pending} pending`] : [])];
  return `${passed} of ${total}${rest.length > 0 ? `, ${rest.join(', ')}` : ''}`;
};

const stateText = ({ state, draft }: Pick<PullRequestView, 'state' | 'draft'>): string =>
  draft && state === 'open' ? 'draft' : state;

/** Titles come last: somebody else chose how long they are. */
export const pullRequestList = (rows: readonly PullRequestView[], style: Style): string =>
  rows.length === 0
    ? 'There are no such pull requests.'
    : columns(
        ['pull request', 'state', 'author', 'age', 'items', 'checks', 'labels', 'title'],
        rows.map((row) => [
          ...[`#${row.number}`, stateText(row), row.author, longDuration(row.age_ms), itemsText(row.items)],
          ...[checksText(row.checks), row.labels.join(', ') || null, row.title],
        ]),
        style.bold,
      );

/** How those that are in no change set come into one: all of them, or where they were chosen each by its number. */
export const claimText = (
  rows: readonly Pick<PullRequestView, 'number'>[],
  { author, label, base }: Readonly<Record<'author' | 'label' | 'base', string | undefined>>,
): string => {
  const isChosen = author !== undefined || label !== undefined;
  const which = isChosen ? rows.map(({ number }) => ` --pull-request ${number}`).join('') : ' --unclaimed';
  const branch = base === undefined ? '' : ` --branch ${inline(shellWord(base))}`;
  return `\nOnce they are fetched, they come into a change set with:\n\n    m3forge changeset create NAME${branch}${which}`;
};

const line = (name: string, value: string): string => `  ${name.padEnd(9)}${inline(value)}`;

const marks = { added: '+', removed: '-', changed: '~' } as const;

const paint = (style: Style) => ({ added: style.green, removed: style.red, changed: style.yellow });

/** More than these are counted. */
const mostItems = 50;

const itemLines = (items: readonly TouchedItem[], style: Style): readonly string[] => {
  const shown = items
    .slice(0, mostItems)
    .map(({ kind, path, action }) => paint(style)[action](`  ${marks[action]} ${kind} ${inline(path)}`));
  return items.length > mostItems ? [...shown, style.dim(`  … ${items.length - mostItems} more`)] : shown;
};

const checkTable = (checks: PullRequestDetails['all_checks'], style: Style): string =>
  columns(
    ['check', 'state', 'says', 'at'],
    checks.map(({ name, state, description, url }) => [name, state, description || null, url]),
    style.bold,
  );

/** With its labels, by which rules choose, and which Git does not know. */
const addCommand = (number: number, labels: readonly string[]): string =>
  `m3forge changeset add CHANGESET --pull-request ${number}${labels.map((label) => ` --label ${inline(shellWord(label))}`).join('')}`;

const next = ({ number, state, labels }: Pick<PullRequestView, 'number' | 'state' | 'labels'>): readonly string[] => {
  if (state === 'merged')
    return ['', `Put what it brought into a change set with:\n\n    ${addCommand(number, labels)}`];
  return state === 'open' ? ['', `When it is right:\n\n    m3forge pr merge ${number}`] : [];
};

/** One pull request, with everything that is known of it but its description. */
export const pullRequestDetails = (one: PullRequestDetails, style: Style): string => {
  const { base, head } = one;
  return [
    style.bold(`#${one.number} ${inline(one.title)}`),
    line('state', stateText(one)),
    line('author', one.author),
    line('opened', `${moment(one.created_at)}, ${longDuration(one.age_ms)} ago`),
    ...(one.merged_at === null
      ? []
      : [line('merged', `${moment(one.merged_at)} as ${one.merge_commit?.slice(0, 12) ?? '-'}`)]),
    line('brings', `${head.branch} (${head.commit.slice(0, 12)}) into ${base.branch}`),
    ...(one.fork ? [line('from', 'another repository: nothing of it is to be trusted')] : []),
    ...(one.labels.length > 0 ? [line('labels', one.labels.join(', '))] : []),
    ...(one.url === '' ? [] : [line('at', one.url)]),
    '',
    `It touches ${itemsText(one.items) ?? 'no artifact'}, in ${counted(one.files, 'file')}.`,
    ...itemLines(one.items, style),
    '',
    ...(one.all_checks.length === 0
      ? ['Nothing was checked.']
      : [`Checks: ${checksText(one.checks)}.`, checkTable(one.all_checks, style)]),
    ...next(one),
  ].join('\n');
};

export const checkList = (checks: PullRequestChecks, style: Style): string =>
  checks.total === 0
    ? `Nothing was checked of ${inline(checks.commit.slice(0, 12))}, the head of pull request ${checks.number}.`
    : [checkTable(checks.checks, style), '', `Passed: ${checksText(checks)}.`].join('\n');

/** What was merged, and what comes next. */
export const mergedText = ({ number, title, base, commit, labels }: MergedPullRequest): string => {
  return [
    `Merged: #${number} ${inline(title)} is ${inline(commit.slice(0, 12))} on ${inline(base)}.`,
    `Fetch it, and put it into a change set with:\n\n    ${addCommand(number, labels)}`,
  ].join(' ');
};
