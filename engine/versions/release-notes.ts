import type { Bump, Evidence } from '../artifacts/index.ts';
import { type ChangeSetType, counted } from '../values/index.ts';
import { type CommitOnTheWay, mergedIn } from './pull-request.ts';

/** One change in the words of those who made it. */
export interface NotedChange {
  readonly title: string;
  /** The number of the pull request it came with. */
  readonly pullRequest: number | null;
  readonly commit: string;
  readonly author: string;
  readonly group: NoteGroup;
}

export type NoteGroup = 'breaking' | 'feature' | 'fix' | 'performance' | 'other';

/** Headings in the order in which they are written. */
const headings: Readonly<Record<NoteGroup, string>> = {
  breaking: 'Breaking changes',
  feature: 'Features',
  fix: 'Bug fixes',
  performance: 'Performance',
  other: 'Other changes',
};

const groupOfType: ReadonlyMap<string, NoteGroup> = new Map([
  ['feat', 'feature'],
  ['fix', 'fix'],
  ['perf', 'performance'],
]);

/** Where the changes of a change set go that do not say what they are. */
const groupOfSet: Readonly<Record<ChangeSetType, NoteGroup>> = {
  feature: 'feature',
  bugfix: 'fix',
  hotfix: 'fix',
  performance: 'performance',
  other: 'other',
};

/** What a commit says of itself, in the groups of conventional commits where it follows them; `otherwise` is for one that does not. */
export const noteOf = (commit: CommitOnTheWay, otherwise: NoteGroup = 'other'): NotedChange => {
  const { title, pullRequest } = mergedIn(commit);
  const [, type = '', mark, rest] = /^(\w+)(?:\([^)]*\))?(!)?:\s+(.+)$/.exec(title) ?? [];
  // `docs:` says what it is, too.
  const group = groupOfType.get(type.toLowerCase()) ?? (rest === undefined ? otherwise : undefined);
  const breaks = mark !== undefined || /^BREAKING[ -]CHANGE: /m.test(commit.body);
  return {
    title: group !== undefined && rest !== undefined ? rest : title,
    pullRequest,
    commit: commit.id,
    author: commit.author,
    group: breaks ? 'breaking' : (group ?? 'other'),
  };
};

/** More lines of a section than these are counted instead of listed: somebody is to read them. */
const mostLines = 200;

const listed = (lines: readonly string[]): readonly string[] =>
  lines.length <= mostLines ? lines : [...lines.slice(0, mostLines), `- … and ${lines.length - mostLines} more`];

const section = (heading: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', `## ${heading}`, '', ...listed(lines)];

/** Text of others on one line: no control characters, no HTML, and of no more than a readable length. */
const onOneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ')
    .trim()
    .slice(0, 200)
    .toWellFormed();

const shownNumber = ({ pullRequest, commit }: Pick<NotedChange, 'pullRequest' | 'commit'>): string =>
  pullRequest === null ? commit.slice(0, 8) : `#${pullRequest}`;

const changeLine = (note: NotedChange): string => `- ${onOneLine(note.title)} (${shownNumber(note)})`;

/** Changes that are released together. */
export interface NotedChangeSet {
  readonly name: string;
  readonly description: string;
  readonly type: ChangeSetType;
  readonly changes: readonly Pick<NotedChange, 'pullRequest' | 'commit'>[];
}

export interface NotesInput {
  readonly version: string;
  readonly base: string | undefined;
  readonly bump: Bump | undefined;
  readonly commits: readonly CommitOnTheWay[];
  /** How many older commits there are besides. */
  readonly leftOut: number;
  readonly evidence: readonly Evidence[];
  /** The change sets that the version is made of. */
  readonly changeSets: readonly NotedChangeSet[];
}

const changeSetLine = ({ name, description, type, changes }: NotedChangeSet): string => {
  const numbers = changes.map(shownNumber).join(', ');
  return `- ${onOneLine(name)} (${type}): ${numbers}${description === '' ? '' : `. ${onOneLine(description)}`}`;
};

/** The change sets of a version by their names, as a title; empty where there are none. */
export const titleOf = (changeSets: readonly Pick<NotedChangeSet, 'name'>[]): string =>
  onOneLine(changeSets.map(({ name }) => name).join(', '));

/** Release notes as Markdown: what was merged, by groups, and what became of each artifact. Ends with a line end. */
export const releaseNotes = (input: NotesInput): string => {
  const { version, base, bump, commits, leftOut, evidence, changeSets } = input;
  const typeOf = new Map(
    changeSets.flatMap(({ type, changes }) => changes.map(({ commit }) => [commit, type] as const)),
  );
  const notes = commits.map((commit) => noteOf(commit, groupOfSet[typeOf.get(commit.id) ?? 'other']));
  const groups = (Object.keys(headings) as NoteGroup[]).flatMap((group) =>
    section(headings[group], notes.filter((note) => note.group === group).map(changeLine)),
  );
  const artifacts = evidence.map((one) => `- ${one.address}: ${onOneLine(one.because)} (${one.bump})`);
  const opening = base === undefined ? 'The first version.' : `A ${bump} version after ${base}.`;
  const lines = [
    changeSets.length === 0 ? `# ${version}` : `# ${version} - ${titleOf(changeSets)}`,
    '',
    opening,
    ...section('Change sets', changeSets.map(changeSetLine)),
    ...groups,
    ...(leftOut > 0 ? ['', `${counted(leftOut, 'older commit')} ${leftOut === 1 ? 'is' : 'are'} not listed.`] : []),
    ...section('Artifacts', artifacts),
  ];
  return `${lines.join('\n')}\n`;
};
