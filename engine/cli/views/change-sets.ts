import type {
  AddedChanges,
  CarryingRelease,
  ChangeSetDetails,
  ChangeSetListed,
  ChangeSetView,
  ChangeView,
  FollowedChange,
  PullRequestLineage,
} from '../../operations/index.ts';
import { counted } from '../../values/index.ts';
import { columns } from './columns.ts';
import { inline } from './escape.ts';
import type { Style } from './style.ts';
import { versionMade } from './versions.ts';
import { moment, shortId, spaced } from './words.ts';

/** Numbers that a row lists; more are counted. */
const mostNumbers = 5;

/** `#342`, or the beginning of a commit that is no pull request. */
export const changeNumber = (change: Pick<ChangeView, 'commit' | 'pull_request'>): string =>
  change.pull_request === null ? change.commit.slice(0, 12) : `#${change.pull_request}`;

const numbersOf = (changes: readonly ChangeView[]): string | null => {
  if (changes.length === 0) return null;
  const shown = changes.slice(0, mostNumbers).map(changeNumber).join(', ');
  return changes.length <= mostNumbers ? shown : `${shown} and ${changes.length - mostNumbers} more`;
};

const indented = (text: string): readonly string[] => text.split('\n').map((line) => (line === '' ? '' : `  ${line}`));

type Item = NonNullable<ChangeView['items']>[number];

const kinds = ['workflow', 'agent', 'processor'] as const satisfies readonly Item['kind'][];

/** `2 workflows, 1 agent`: each artifact counts once, however often it was touched. */
const itemsOf = (changes: readonly ChangeView[]): string | null => {
  const items = changes.flatMap((change) => change.items ?? []);
  const counts = kinds.flatMap((kind) => {
    const paths = new Set(items.filter((item) => item.kind === kind).map(({ path }) => path));
    return paths.size === 0 ? [] : [counted(paths.size, kind)];
  });
  const unknown = changes.some((change) => change.items === null) ? ['some that cannot be read'] : [];
  return [...counts, ...unknown].join(', ') || null;
};

const orDash = (names: readonly string[]): string | null => (names.length === 0 ? null : names.join(', '));

export const changeSetList = (sets: readonly ChangeSetListed[], style: Style): string =>
  sets.length === 0
    ? 'There are no change sets.'
    : columns(
        ['change set', 'name', 'type', 'state', 'changes', 'items', 'by', 'versions', 'released to'],
        sets.map((set) => [
          ...[shortId(set.id), set.name, set.type, set.state, numbersOf(set.changes), itemsOf(set.changes)],
          ...[set.created_by, orDash(set.versions), orDash(set.released_to)],
        ]),
        style.bold,
      );

const standing = ({ state, version }: ChangeSetView): string =>
  version === null ? (state === 'draft' ? 'a draft' : state) : inline(version);

/** A change set in a sentence. */
export const changeSetLine = (set: ChangeSetView): string => {
  const items = itemsOf(set.changes);
  const what = set.changes.length === 0 ? 'nothing yet' : counted(set.changes.length, 'change');
  const touched = items === null ? '' : `, ${items}`;
  return `${inline(set.name)} (${inline(shortId(set.id))}) is ${standing(set)}, with ${what}${touched}.`;
};

const next = (set: ChangeSetView): string => {
  const id = inline(shortId(set.id));
  if (set.changes.length === 0)
    return `Add what was merged with:\n\n    m3forge changeset add ${id} --pull-request NUMBER`;
  return set.state === 'ready'
    ? `Make a version of it with:\n\n    m3forge version create --changeset ${id}`
    : `When all of it is there:\n\n    m3forge changeset ready ${id}`;
};

/** A change set in a sentence, and what comes next. */
export const changeSetAndNext = (set: ChangeSetView): string => `${changeSetLine(set)} ${next(set)}`;

/** What was added where, and what a rule made of it. */
export const changesAdded = (
  set: ChangeSetView,
  { added, reopened, rule, version }: AddedChanges,
  style: Style,
): string => {
  const fresh = new Set(added);
  const numbers = set.changes.filter(({ commit }) => fresh.has(commit)).map(changeNumber);
  const did = numbers.length === 0 ? 'Nothing was added: it is there already.' : `Added ${inline(numbers.join(', '))}.`;
  const chosen = rule === null ? '' : ` The rule for "${inline(rule)}" chose where.`;
  const again = reopened ? ' It was ready, and is a draft again.' : '';
  const made = version === null ? [] : [versionMade(version, style)];
  return [`${did}${chosen}${again}`, changeSetLine(set), ...made].join('\n');
};

const line = (name: string, value: string): string => `  ${name.padEnd(9)}${inline(value)}`;

const factsOf = (set: ChangeSetDetails): readonly string[] => [
  line('id', set.id),
  line('type', set.type),
  line('state', set.version === null ? set.state : `${set.state}: ${set.version}`),
  line('branch', set.branch),
  line(
    'made',
    `${moment(set.created_at)} by ${set.created_by}${set.rule === null ? '' : `, by the rule for "${set.rule}"`}`,
  ),
  ...(set.ready === null ? [] : [line('ready', `${moment(set.ready.at)} by ${set.ready.by}`)]),
  ...(set.description === '' ? [] : [line('about', set.description)]),
];

const changeTable = (changes: readonly ChangeView[]): string =>
  columns(
    ['change', 'title', 'author', 'items', 'labels', 'added', 'by'],
    changes.map((change) => [
      ...[changeNumber(change), change.title, change.author, itemsOf([change]), orDash(change.labels)],
      ...[moment(change.added_at), change.added_by],
    ]),
  );

/** The artifacts that changes touch, with what the last of them did to each. */
const itemTable = (changes: readonly ChangeView[]): string => {
  const items = changes.flatMap((change) => change.items ?? []);
  const last = new Map(items.map((item) => [`${item.kind} ${item.path}`, item]));
  return columns(
    ['kind', 'file', 'was'],
    [...last.values()].map(({ kind, path, action }) => [kind, path, action]),
  );
};

const releaseTable = (releases: readonly CarryingRelease[]): string =>
  columns(
    ['release', 'when', 'target', 'version', 'kind', 'state', 'by', 'did'],
    releases.map(({ did, release }) => [
      ...[shortId(release.id), moment(release.created_at), release.target, release.version, release.kind],
      ...[spaced(release.state), release.requested_by, did],
    ]),
  );

/** Where changes went: versions, and releases. */
const wayLines = ({ versions, releases }: Pick<FollowedChange, 'versions' | 'releases'>): readonly string[] => [
  versions.length === 0 ? 'In no version yet.' : `In ${inline(versions.join(', '))} first.`,
  ...(versions.length > 0 && releases.length === 0 ? ['Not released yet.'] : []),
  ...(releases.length > 0 ? ['Releases:', ...indented(releaseTable(releases))] : []),
];

/** All about one change set. */
export const changeSetDetails = (set: ChangeSetDetails, style: Style): string =>
  [
    style.bold(inline(set.name)),
    ...factsOf(set),
    '',
    ...(set.changes.length === 0 ? ['Nothing is in it.'] : ['Changes:', ...indented(changeTable(set.changes))]),
    ...(itemsOf(set.changes) === null ? [] : ['', 'Artifacts:', ...indented(itemTable(set.changes))]),
    '',
    ...wayLines(set),
  ].join('\n');

const followed = (change: FollowedChange, style: Style): string =>
  [
    style.bold(inline(`${changeNumber(change)}: ${change.title}`)),
    ...indented(
      [
        inline(`commit ${change.commit}, by ${change.author}`),
        change.change_set === null
          ? 'In no change set.'
          : inline(`In the change set "${change.change_set.name}" (${shortId(change.change_set.id)}).`),
        ...wayLines(change),
      ].join('\n'),
    ),
  ].join('\n');

/** What became of a pull request. */
export const pullRequestText = ({ changes }: PullRequestLineage, style: Style): string =>
  changes.map((change) => followed(change, style)).join('\n\n');
