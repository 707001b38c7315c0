import type { Figures, Judged, MetricsReport, MetricTarget, Spread } from '../../operations/index.ts';
import { counted } from '../../values/index.ts';
import { columns } from './columns.ts';
import { inline } from './escape.ts';
import type { Style } from './style.ts';
import { longDuration, moment, percentage } from './words.ts';

/** `95 %`, `5 min`, `4 h`: a target is a round number. */
const targetOf = (target: MetricTarget | null): string | null => {
  if (target === null) return null;
  if ('above_ratio' in target) return `> ${Math.round(target.above_ratio * 100)} %`;
  if ('below_ratio' in target) return `< ${Math.round(target.below_ratio * 100)} %`;
  const minutes = target.below_ms / 60_000;
  return minutes < 60 ? `< ${minutes} min` : `< ${minutes / 60} h`;
};

const verdictOf = ({ met }: Judged): string | null => (met === null ? null : met ? 'met' : 'not met');

const ratio = (value: number | null): string | null => (value === null ? null : percentage(value));

const duration = (value: number | null): string | null => (value === null ? null : longDuration(value));

/** What the mean in the column before does not tell. */
const spreadWords = ({ median_ms, p95_ms }: Spread, of: string): string =>
  `mean of ${of}; median ${duration(median_ms)}, 95th percentile ${duration(p95_ms)}`;

/** What there is some of: `3 rollbacks by hand, 1 cancelled`. */
const listed = (...parts: readonly (readonly [count: number, words: string, noun?: string])[]): string =>
  parts
    .filter(([count]) => count > 0)
    .map(([count, words, noun]) => `${noun === undefined ? count : counted(count, noun)} ${words}`.trim())
    .join(', ');

/** The parts that are there, after one another. */
const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('; ');

const leftOut = ({ left_out: { commit_unknown: unknown, committed_later: later } }: Figures['lead_time']): string => {
  const why = listed([unknown, 'whose commit Git does not know'], [later, 'committed after the release']);
  return why && `left out: ${why}`;
};

type Row = readonly (string | number | null)[];

const row = (name: string, value: string | number | null, judged: Judged, basis: string): Row => [
  name,
  value,
  targetOf(judged.target),
  verdictOf(judged),
  basis,
];

/** Where there is nothing to measure, the reason stands in the place of what was counted. */
const measured = (name: string, value: string | null, judged: Judged, basis: string): Row =>
  row(name, value, judged, judged.reason ?? basis);

const rowsOf = (metrics: Figures): readonly Row[] => {
  const { success_rate: success, time_to_publish: publish, rollback_rate: rollback } = metrics;
  const { approval_wait: approval, lead_time: lead, versions, emergencies, deployments } = metrics;
  const { cancelled, rejected, superseded } = deployments.not_attempts;
  return [
    measured(
      'success rate',
      ratio(success.success_ratio),
      success,
      joined(
        `${success.succeeded} of ${counted(success.attempts, 'release')}`,
        listed([success.stopped_by_gates, 'stopped by gates']),
      ),
    ),
    measured(
      'time to publish',
      duration(publish.mean_ms),
      publish,
      spreadWords(publish, counted(publish.releases, 'release')),
    ),
    measured(
      'rollback rate',
      ratio(rollback.rollback_ratio),
      rollback,
      joined(
        `${rollback.by_itself + rollback.by_hand} of ${counted(rollback.releases, 'release')}`,
        listed([rollback.by_itself, 'went back automatically'], [rollback.by_hand, 'rolled back by hand']),
      ),
    ),
    measured(
      'approval wait',
      duration(approval.mean_ms),
      approval,
      spreadWords(approval, counted(approval.releases, 'release')),
    ),
    row(
      'lead time',
      duration(lead.mean_ms),
      lead,
      joined(lead.reason ?? spreadWords(lead, counted(lead.versions, 'version')), leftOut(lead)),
    ),
    row('versions', versions.count, versions, 'released for the first time'),
    row(
      'emergencies',
      emergencies.count,
      emergencies,
      joined('releases without gates', listed([emergencies.open_reviews, 'open now', 'review'])),
    ),
    row(
      'deployments',
      deployments.count,
      deployments,
      joined(
        'releases that succeeded',
        listed([deployments.rollbacks, 'by hand', 'rollback'], [deployments.restores, '', 'restore']),
        listed([cancelled, 'cancelled'], [rejected, 'rejected'], [superseded, 'superseded']),
      ),
    ),
  ];
};

const scopeOf = ({ targets, environment }: MetricsReport): string => {
  if (targets === null && environment === null) return 'all releases';
  const named = targets === null ? '' : ` to ${targets.map(inline).join(', ')}`;
  return `releases${named}${environment === null ? '' : ` into the environment ${inline(environment)}`}`;
};

/** The period, and a line for each metric: its value, its target, whether that is met, and what it rests on. */
export const metricsTable = (report: MetricsReport, style: Style): string => {
  const { start, end, is_default: isDefault } = report.period;
  const span = `${moment(start)} to ${moment(end)}`;
  const head = `${isDefault ? 'The last 30 days, ' : ''}${span}: ${scopeOf(report)}.`;
  const table = columns(['metric', 'value', 'target', 'verdict', 'rests on'], rowsOf(report.metrics), style.bold);
  return `${head}\n\n${table}`;
};
