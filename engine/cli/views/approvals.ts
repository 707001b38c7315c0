import type { Decided, Explanation, Obstacle, VoteView } from '../../operations/index.ts';
import type { ApprovalDemand } from '../../plan/index.ts';
import { counted } from '../../values/index.ts';
import { columns } from './columns.ts';
import { inline } from './escape.ts';
import type { Style } from './style.ts';
import { moment, shortId, spaced } from './words.ts';

interface Needed {
  readonly approvals: number;
  readonly approval?: ApprovalDemand;
}

/** What a plan says of the approvals that it needs, in a sentence; undefined where it needs none. */
export const neededText = ({ approvals, approval }: Needed): string | undefined => {
  if (approvals === 0) return undefined;
  const whose = approval?.allowed_approvers ? ` of ${approval.allowed_approvers.map(inline).join(', ')}` : '';
  const others = approval?.separation_of_duties === 'requester' ? ', not of whoever asks for it' : '';
  const hours = approval?.timeout_hours ?? null;
  const end = hours === null ? '' : `, within ${hours} h`;
  return `Needs ${counted(approvals, 'approval')}${whose}${others}${end}.`;
};

const nameOf = ({ release }: Pick<Decided, 'release'>): string => {
  const what = release.kind === 'configuration' ? 'the configuration' : inline(release.version);
  return `Release ${shortId(release.id)} of ${what}${release.target === '' ? '' : ` to ${inline(release.target)}`}`;
};

/** What became of a release by what somebody said about it. */
export const decidedText = (decided: Decided): string => {
  const { release, standing } = decided;
  if (release.state !== 'waiting') return `${nameOf(decided)} is ${spaced(release.state)}.`;
  const by = standing.given.map(inline).join(', ');
  const have = `${nameOf(decided)} has ${standing.given.length} of ${counted(standing.needed, 'approval')} (${by}).`;
  return standing.missing > 0 ? have : `${have} Carry it out with:\n\n    m3forge resume ${shortId(release.id)}`;
};

/** What people said about a release. */
export const votesTable = (votes: readonly VoteView[], style: Style): string =>
  columns(
    ['who', 'said', 'when', 'comment'],
    votes.map(({ by, decision, at, comment }) => [by, decision, moment(at), comment ?? '']),
    style.bold,
  );

const clearedBy = ({ who, until }: Obstacle): string => {
  if (until !== null) return `by itself at ${moment(until)}`;
  return who === null ? '' : who.length === 0 ? 'nobody' : who.join(', ');
};

const obstacleLines = (obstacle: Obstacle): readonly string[] => {
  const by = clearedBy(obstacle);
  const remedy =
    obstacle.remedy
      ?.trim()
      .split('\n')
      .map((line) => `    ${inline(line)}`.trimEnd()) ?? [];
  return [`  ${inline(obstacle.reason)}${by === '' ? '' : ` Cleared by: ${inline(by)}.`}`, ...remedy];
};

const nextText = ({ release, obstacles, earliest }: Explanation): string => {
  if (release.state !== 'waiting') {
    const why = release.failure ? `: ${inline(release.failure.message)}` : '.';
    return `It is ${spaced(release.state)}${why}`;
  }
  if (obstacles.length === 0) return `Nothing stands in its way:\n\n    m3forge resume ${shortId(release.id)}`;
  return earliest === null ? 'It can go on once this is cleared.' : `It can go on at ${moment(earliest)}.`;
};

/** What whoever approves a release should know of what becomes of it where it fails. */
export const keptText = 'its version stays active, and nothing goes back';

/** Why a release does not go on, who can change that, and when it goes on at the earliest. */
export const explanationText = (explanation: Explanation, style: Style): string => {
  const { release, obstacles, votes } = explanation;
  const due = release.due_at && release.state === 'waiting' ? [`  Overdue at ${moment(release.due_at)}.`] : [];
  const kept = release.on_failure === 'keep' && release.state === 'waiting' ? [`  If it fails, ${keptText}.`] : [];
  return [
    style.bold(`${nameOf(explanation)}: ${spaced(release.state)}`),
    ...obstacles.flatMap(obstacleLines),
    ...kept,
    ...due,
    ...(votes.length > 0 ? ['', votesTable(votes, style)] : []),
    '',
    nextText(explanation),
  ].join('\n');
};
