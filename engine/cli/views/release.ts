import type { ReleaseDetails } from '../../operations/index.ts';
import type { ConfigurationSection, PlanDocument } from '../../plan/index.ts';
import { keptText, votesTable } from './approvals.ts';
import { carriedLines, carriedNumbers } from './carried.ts';
import { columns } from './columns.ts';
import { block, inline, markdownInline } from './escape.ts';
import { summaryOf, verdictWords } from './gates.ts';
import { countChanges, totals } from './plan-counts.ts';
import { sectionText, sharedText } from './plan-text.ts';
import { reviewEnd } from './reviews.ts';
import type { Style } from './style.ts';
import { duration, longDuration, moment, shortId, spaced } from './words.ts';

type Facts = readonly (readonly [string, string])[];

/** What a release would change; of the configuration alone, what is declared for one target or for several. */
const changesOf = ({ release, section }: ReleaseDetails) =>
  release.kind === 'configuration' ? [...section.changes, ...(section.configuration_changes ?? [])] : section.changes;

const aboutOf = ({ release }: ReleaseDetails): Facts =>
  release.kind === 'configuration'
    ? [['target', release.target || 'what several share']]
    : [
        ['target', release.target],
        ['environment', release.environment],
      ];

/** What an emergency left to be done, and how that ended. */
const reviewFacts = ({ review }: ReleaseDetails): Facts => (review ? [['review', reviewEnd(review)]] : []);

const factsOf = (details: ReleaseDetails): Facts => {
  const { release } = details;
  return [
    ...aboutOf(details),
    ['kind', release.emergency ? 'emergency' : release.kind],
    ...(release.version === ''
      ? []
      : ([['version', `${release.from_version ?? 'nothing'} → ${release.version}`]] as const)),
    ['state', spaced(release.state)],
    ['requested by', release.requested_by],
    ...(release.reason ? ([[release.emergency ? 'justification' : 'reason', release.reason]] as const) : []),
    ...(release.on_failure === 'keep' ? ([['if it fails', keptText]] as const) : []),
    ...reviewFacts(details),
    ['created', moment(release.created_at)],
    ...(release.waiting_ms === null ? [] : ([['waited', longDuration(release.waiting_ms)]] as const)),
    ...(release.state === 'waiting' && release.due_at ? ([['due', moment(release.due_at)]] as const) : []),
    ...(release.ended_at ? ([['ended', moment(release.ended_at)]] as const) : []),
    ...(release.duration_ms === null ? [] : ([['took', duration(release.duration_ms)]] as const)),
    ...(release.backup ? ([['backup', shortId(release.backup)]] as const) : []),
    ['plan', release.plan_digest],
    ['changes', totals(countChanges(changesOf(details)))],
    ...(release.failure
      ? ([['failure', `${release.failure.step}: ${release.failure.message} [${release.failure.code}]`]] as const)
      : []),
  ];
};

/** What whoever is asked to approve it looks at. */
const plannedText = ({ release, section }: ReleaseDetails, style: Style): string =>
  release.target === ''
    ? sharedText(section as unknown as ConfigurationSection, { style, detail: true })
    : sectionText(section, { style, detail: true });

const movedFacts = ({ carries, takes_back: takesBack }: ReleaseDetails): Facts => {
  const [carried, taken] = [carriedNumbers(carries), carriedNumbers(takesBack)];
  return [...(carried ? ([['carries', carried]] as const) : []), ...(taken ? ([['takes back', taken]] as const) : [])];
};

const gateTable = (gates: ReleaseDetails['gates'], style: Style): string =>
  columns(
    ['gate', 'verdict', 'took', 'because'],
    gates.map((one) => [one.gate, verdictWords[one.verdict], duration(one.durationMs), summaryOf(one.evidence)]),
    style.bold,
  );

const smokeTable = (runs: ReleaseDetails['smoke_runs'], style: Style): string =>
  columns(
    ['smoke test', 'verdict', 'took'],
    runs.map(({ test, verdict, durationMs }) => [test, verdict, duration(durationMs)]),
    style.bold,
  );

/** One release: what was asked, what was done step by step, and how it ended. */
export const releaseText = (details: ReleaseDetails, style: Style): string => {
  const facts = factsOf(details).map(
    ([name, value]) => `  ${`${name}:`.padEnd(14)} ${block(value).replaceAll('\n', '\n                 ')}`,
  );
  const steps = columns(
    ['step', 'outcome', 'detail'],
    details.steps.map(({ name, outcome, detail }) => [name, outcome ?? 'not ended', detail ?? '']),
    style.bold,
  );
  const moved = [...carriedLines('Carries:', details.carries), ...carriedLines('Takes back:', details.takes_back)];
  return [
    style.bold(`Release ${details.release.id}`),
    ...facts,
    ...(moved.length > 0 ? ['', ...moved] : []),
    ...(details.gates.length > 0 ? ['', gateTable(details.gates, style)] : []),
    ...(details.release.state === 'waiting' ? ['', plannedText(details, style)] : []),
    ...(details.votes.length > 0 ? ['', votesTable(details.votes, style)] : []),
    ...(details.steps.length > 0 ? ['', steps] : []),
    ...(details.smoke_runs.length > 0 ? ['', smokeTable(details.smoke_runs, style)] : []),
  ].join('\n');
};

/** A release for a comment or a report. */
export const releaseMarkdown = (details: ReleaseDetails): string =>
  `${[
    `## Release ${markdownInline(details.release.id)}`,
    [
      '| | |',
      '|---|---|',
      ...[...factsOf(details), ...movedFacts(details)].map(([name, value]) => `| ${name} | ${markdownInline(value)} |`),
    ].join('\n'),
    ...(details.gates.length > 0
      ? [
          [
            '| gate | verdict | took | because |',
            '|---|---|---|---|',
            ...details.gates.map(
              ({ gate, verdict, durationMs, evidence }) =>
                `| ${markdownInline(gate)} | ${verdictWords[verdict]} | ${duration(durationMs)} | ${markdownInline(summaryOf(evidence))} |`,
            ),
          ].join('\n'),
        ]
      : []),
    [
      '| step | outcome | detail |',
      '|---|---|---|',
      ...details.steps.map(
        ({ name, outcome, detail }) =>
          `| ${markdownInline(name)} | ${outcome ?? 'not ended'} | ${markdownInline(detail ?? '')} |`,
      ),
    ].join('\n'),
  ].join('\n\n')}\n`;

/** The head of a saved plan: what `show` says before the plan itself. */
export const planOrigin = (document: PlanDocument, style: Style): string =>
  style.dim(
    `Plan ${inline(document.plan_id)}, made ${moment(inline(document.created_at))} by ${inline(document.created_by)} with m3forge ${inline(document.tool_version)}.`,
  );
