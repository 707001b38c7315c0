import type { Bump, Evidence } from '../artifacts/index.ts';

/** A commit on the way from one version to the next, as the main line has it: a merge stands for all that it brought. */
export interface CommitOnTheWay {
  readonly id: string;
  readonly author: string;
  readonly subject: string;
  readonly body: string;
}

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

/** Of a message that ends with the number of its pull request, as squashing leaves it: the title and the number. */
const squashed = /^(.*\S)\s+\(#(\d+)\)$/;
/** What the hosts write as the subject of a merge: the number, and the title here or as the first line of the body. */
const mergedWithTitleBelow = /^Merge pull request #(\d+) from \S+$/;
const mergedWithTitle = /^Merge pull request '(.*)' \(#(\d+)\) from \S+ into \S+$/;

const titleOf = ({ subject, body }: CommitOnTheWay): Pick<NotedChange, 'title' | 'pullRequest'> => {
  const [, below] = mergedWithTitleBelow.exec(subject) ?? [];
  if (below !== undefined) return { title: body.trim().split('\n')[0]?.trim() || subject, pullRequest: Number(below) };
  const [, quoted, number] = mergedWithTitle.exec(subject) ?? squashed.exec(subject) ?? [];
  return quoted === undefined ? { title: subject, pullRequest: null } : { title: quoted, pullRequest: Number(number) };
};

/** What a commit says of itself, in the groups of conventional commits where it follows them. */
export const noteOf = (commit: CommitOnTheWay): NotedChange => {
  const { title, pullRequest } = titleOf(commit);
  const [, type = '', mark, rest] = /^(\w+)(?:\([^)]*\))?(!)?:\s+(.+)$/.exec(title) ?? [];
  const group = groupOfType.get(type.toLowerCase());
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
    .slice(0, 200);

const changeLine = ({ title, pullRequest, commit }: NotedChange): string =>
  `- ${onOneLine(title)} (${pullRequest === null ? commit.slice(0, 8) : `#${pullRequest}`})`;

export interface NotesInput {
  readonly version: string;
  readonly base: string | undefined;
  readonly bump: Bump | undefined;
  readonly commits: readonly CommitOnTheWay[];
  readonly evidence: readonly Evidence[];
}

/** Release notes as Markdown: what was merged, by groups, and what became of each artifact. Ends with a line end. */
export const releaseNotes = ({ version, base, bump, commits, evidence }: NotesInput): string => {
  const notes = commits.map(noteOf);
  const groups = (Object.keys(headings) as NoteGroup[]).flatMap((group) =>
    section(headings[group], notes.filter((note) => note.group === group).map(changeLine)),
  );
  const artifacts = evidence.map((one) => `- ${one.address}: ${onOneLine(one.because)} (${one.bump})`);
  const opening = base === undefined ? 'The first version.' : `A ${bump} version after ${base}.`;
  return `${[`# ${version}`, '', opening, ...groups, ...section('Artifacts', artifacts)].join('\n')}\n`;
};
