import { decidedText, explanationText, neededText } from '../../engine/cli/views/approvals.ts';
import {
  changeSetAndNext,
  changeSetDetails,
  changeSetLine,
  changeSetList,
  changesAdded,
  pullRequestText,
} from '../../engine/cli/views/change-sets.ts';
import { jsonText } from '../../engine/cli/views/escape.ts';
import { gatesText } from '../../engine/cli/views/gates.ts';
import { gatesJunit } from '../../engine/cli/views/gates-junit.ts';
import { gatesSarif } from '../../engine/cli/views/gates-sarif.ts';
import { holdAdded, holdList, liftedText } from '../../engine/cli/views/holds.ts';
import { metricsTable } from '../../engine/cli/views/metrics.ts';
import { deliveryList, messageList, previewText, trialList } from '../../engine/cli/views/notifications.ts';
import {
  checkList,
  claimText,
  mergedText,
  pullRequestDetails,
  pullRequestList,
} from '../../engine/cli/views/pull-requests.ts';
import { reviewedText, reviewList } from '../../engine/cli/views/reviews.ts';
import { simulationText } from '../../engine/cli/views/simulation.ts';
import { plainStyle as style } from '../../engine/cli/views/style.ts';
import { teamList } from '../../engine/cli/views/team.ts';
import { tokenList, tokenMade, tokenRevoked } from '../../engine/cli/views/tokens.ts';
import { versionDetails, versionDraft, versionList, versionMade } from '../../engine/cli/views/versions.ts';
import { workLine } from '../../engine/cli/views/work.ts';
import type { ChangeSetDetails, GatesReport, VersionDetails } from '../../engine/operations/index.ts';
import { figuresOf } from '../../engine/operations/metrics-figures.ts';
import { at, carriedWith, releaseWith, reviewWith, voteWith } from './filled.ts';

/** What a view shows with this text in every field that is somebody's. */
export type Show = (text: string) => readonly string[];

const createdWith = (text: string) => ({
  ...({ by: text, at, base: text, bump: 'patch', demanded: 'major', reason: text, notes: text } as const),
  evidence: [{ bump: 'major', address: text, because: text }] as const,
});

const namedWith = (text: string) => [{ id: text, name: text }];

const versionWith = (text: string): VersionDetails => ({
  ...({ name: text, commit: text, tag: 'moved', released_to: [text] } as const),
  record: {
    ...{ name: text, commit: text, manifest_digest: text, recorded_at: at, created: createdWith(text) },
    deprecated: { by: text, at, reason: text },
  },
  artifacts: [{ address: text, digest: text, path: text }],
  releases: [releaseWith(text)],
  change_sets: namedWith(text),
  brings: carriedWith(text),
});

export const versionsWith: Show = (text) => {
  const draft = {
    ...createdWith(text),
    ...{ version: text, commit: text, manifest_digest: text, pushes_to: text, change_sets: namedWith(text) },
  };
  const made = (['drafted', 'created', 'found'] as const).map((outcome) => versionMade({ ...draft, outcome }, style));
  return [
    versionList([versionWith(text)], style),
    versionDetails(versionWith(text), style),
    versionDraft(draft, style),
    ...made,
  ];
};

const changeSetWith = (text: string): ChangeSetDetails => ({
  ...({ id: text, name: text, description: text, type: 'other', state: 'ready', branch: text, rule: text } as const),
  ...{
    created_by: text,
    created_at: at,
    ready: { by: text, at },
    version: null,
    versions: [text],
    released_to: [text],
  },
  changes: [
    {
      ...{ commit: text, pull_request: null, title: text, author: text, labels: [text], added_by: text, added_at: at },
      items: [{ kind: 'workflow', path: text, action: 'changed' }],
    },
  ],
  releases: [{ did: 'carried', release: releaseWith(text) }],
});

export const changeSetsWith: Show = (text) => {
  const set = changeSetWith(text);
  const [change] = set.changes;
  const { versions, released_to, releases } = set;
  const added = { change_set: set, added: [text], reopened: true, rule: text, version: null };
  const followed = {
    ...{ commit: text, pull_request: null, title: text, author: text },
    versions,
    released_to,
    releases,
  };
  return [
    ...[changeSetList([set], style), changeSetDetails(set, style), changeSetLine({ ...set, version: text })],
    ...[changeSetAndNext(set), changeSetAndNext({ ...set, changes: [] }), changesAdded(set, added, style)],
    changeSetDetails({ ...set, changes: change ? [{ ...change, items: null }] : [], releases: [] }, style),
    pullRequestText({ pull_request: 1, changes: [{ ...followed, change_set: { id: text, name: text } }] }, style),
    pullRequestText({ pull_request: 1, changes: [{ ...followed, change_set: null }] }, style),
  ];
};

export const holdsWith: Show = (text) => {
  const lifted = { at, by: text, reason: text };
  const holds = [
    {
      kind: 'hold',
      id: text,
      target: text,
      environment: text,
      reason: text,
      by: text,
      since: at,
      from: at,
      until: at,
      state: 'lifted',
      lifted,
    },
    {
      kind: 'hold',
      id: text,
      target: null,
      environment: text,
      reason: text,
      by: text,
      since: at,
      from: null,
      until: null,
      state: 'to_come',
      lifted: null,
    },
    { kind: 'avoid', target: text, version: text, since: at, release: text, reason: text, state: 'lifted', lifted },
  ] as const;
  return [
    holdList(holds, style),
    holdList(holds, style, true),
    holdAdded(holds),
    liftedText({ hold: text }),
    liftedText({ target: text, version: text }),
  ];
};

export const peopleWith: Show = (text) => {
  const token = {
    ...{
      id: text,
      name: text,
      for: text,
      environments: [text],
      state: 'valid' as const,
      created: at,
      by: text,
      expires: at,
    },
  } as const;
  const member = { name: text, role: null, recorded: 'admin', written: null, has_token: true, may: {} } as const;
  return [
    teamList([member], style),
    tokenList([token], style),
    tokenMade({ ...token, token: 'm3f' }),
    tokenRevoked(token),
  ];
};

export const approvalsWith: Show = (text) => {
  const standing = { needed: 2, given: [text], missing: 1, may_approve: [text] };
  const waiting = { ...releaseWith(text), state: 'waiting' as const, due_at: at };
  const obstacle = { code: text, reason: text, who: [text], until: null, remedy: text };
  const explanation = { approvals: standing, votes: [voteWith(text)], obstacles: [obstacle], earliest: null };
  const demand = {
    allowed_approvers: [text],
    separation_of_duties: 'requester' as const,
    timeout_hours: 24,
    rejects_when_due: true,
  };
  return [
    ...[waiting, releaseWith(text)].flatMap((release) => [
      decidedText({ release, standing }),
      explanationText({ release, ...explanation }, style),
    ]),
    neededText({ approvals: 2, approval: demand }) ?? '',
  ];
};

export const simulationWith: Show = (text) => {
  const event = { at, target: text, event: 'window_closes' as const, detail: text };
  const target = { target: text, may_begin: false, reasons: [text], opens_at: null, publishes_at: at };
  return [simulationText({ from: at, at, targets: [target], events: [event], cut: true }, style)];
};

export const workWith: Show = (text) =>
  (['succeeded', 'held'] as const).map((outcome) =>
    workLine({ target: text, cause: text, outcome, version: text, release: text, detail: text }),
  );

export const notificationsWith: Show = (text) => {
  const told = { type: text, target: text, provider: text, problem: text };
  const sent = { id: text, label: text, hint: text, ...told };
  const composed = [text, JSON.stringify({ [text]: text })].map((body) => ({
    to: text,
    headers: { [text]: text },
    body,
  }));
  const row = { id: text, since: at, attempts: 1, last_attempt: at, next_attempt: at, ...told };
  return [
    trialList(
      [
        { ...sent, outcome: 'failed' },
        { ...sent, outcome: 'delivered' },
      ],
      style,
    ),
    messageList([{ ...row, state: 'waiting' }], style),
    deliveryList([{ ...sent, outcome: 'given up' }], style),
    previewText([{ provider: text, label: text, messages: composed }], text, style),
    previewText([{ provider: text, label: text, messages: [] }], text, style),
  ];
};

export const metricsWith: Show = (text) => {
  const period = { start: new Date(at), end: new Date(at) };
  const figures = figuresOf({ period, releases: [], isProduction: () => true, committedAt: new Map(), openReviews: 1 });
  const metrics = { ...figures, lead_time: { ...figures.lead_time, reason: text } };
  const report = { period: { start: at, end: at, is_default: true }, targets: [text], environment: text, metrics };
  return [metricsTable(report, style), metricsTable({ ...report, targets: null }, style)];
};

const gatesReportWith = (text: string): GatesReport => {
  const finding = { severity: 'error', code: text, detail: text, address: text, file: text } as const;
  const gate = { gate: text, duration_ms: 1, evidence: { summary: text }, findings: [finding], output: text };
  const gates = (['pass', 'warn', 'fail', 'skipped'] as const).map((verdict) => ({ ...gate, verdict }));
  const judged = { target: text, environment: text, version: text, commit: text, passed: false, gates, notes: [text] };
  return { targets: [judged, { ...judged, version: null }], problems: [] };
};

export const gatesWith: Show = (text) => [gatesText(gatesReportWith(text), style)];

export const pullRequestsWith: Show = (text) => {
  const end = { branch: text, commit: text };
  const checks = (['success', 'failure', 'pending', 'skipped'] as const).map((state) => {
    return { name: text, state, description: text, url: text };
  });
  const counts = { passed: 2, failed: 1, pending: 1, total: 4 };
  const one = {
    ...{ number: 7, title: text, author: text, draft: false, labels: [text], base: end, head: end, fork: true },
    ...{ merge_commit: text, created_at: at, updated_at: at, merged_at: at, age_ms: 5_000_000, url: text, body: text },
    items: (['workflow', 'agent', 'processor'] as const).map((kind) => ({
      kind,
      path: text,
      action: 'added' as const,
    })),
    ...{ files: 4, checks: counts, all_checks: checks },
  };
  const states = (['open', 'merged', 'closed'] as const).map((state) => ({ ...one, state }));
  return [
    pullRequestList(states, style),
    claimText(states, { author: text, label: text, base: text }),
    ...states.map((state) => pullRequestDetails(state, style)),
    checkList({ number: 7, commit: text, ...counts, checks }, style),
    mergedText({ number: 7, title: text, head: text, base: text, method: 'merge', commit: text, labels: [text] }),
  ];
};

export const reviewsWith: Show = (text) => {
  const review = reviewWith(text);
  const [gates] = gatesReportWith(text).targets;
  return [
    reviewList([review, { ...review, outcome: null, closed_at: null }], style),
    ...(gates
      ? [
          reviewedText({ review, gates, problems: [] }, style),
          reviewedText({ review: { ...review, closed_at: null }, gates, problems: [] }, style),
        ]
      : []),
  ];
};

export const gatesJunitWith: Show = (text) => [gatesJunit(gatesReportWith(text))];

export const gatesSarifWith: Show = (text) => [jsonText(gatesSarif(gatesReportWith(text), text))];
