import type { AuditEntry, ReportedRelease } from '../state/index.ts';
import { compareBytes, isJsonObject, type JsonObject, type JsonValue } from '../values/index.ts';
import type { HeardRelease, HeardTrail } from './audit-heard.ts';

type GateWords = 'passed' | 'passed with a warning' | 'failed' | 'not judged';

/** What was merged and came with a release. */
export interface ReportedCarried {
  readonly pull_requests: readonly number[];
  /** By name. */
  readonly change_sets: readonly string[];
  readonly commits: number;
  /** Whether these are all. */
  readonly complete: boolean;
}

/** One line of the change log. */
export interface ReportedChange {
  /** When it was asked for. */
  readonly at: string;
  readonly kind: ReportedRelease['kind'] | 'configuration';
  readonly environment: string | null;
  readonly target: string | null;
  readonly requested_by: string;
  readonly reason: string | null;
  readonly from_version: string | null;
  readonly to_version: string | null;
  /** How many artifacts its plan changed; null where that is not recorded. */
  readonly counts: { readonly create: number; readonly update: number; readonly delete: number } | null;
  /** What was merged and came with it; null where that is not known, or where it is no release. */
  readonly carries: ReportedCarried | null;
  /** Of a change of the configuration: what was done to which part, and what became less strict by it. */
  readonly configuration: readonly string[];
  readonly loosens: readonly string[];
  /** How many approvals its plan asked for; null where that is not recorded. */
  readonly approvals_asked: number | null;
  /** Who gave them, in the order in which they did. */
  readonly approved_by: readonly string[];
  readonly gates: readonly { readonly gate: string; readonly verdict: GateWords }[];
  readonly outcome: string;
  readonly failure: string | null;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly duration_ms: number | null;
  /** The release that it was, or that it came with. */
  readonly release: string | null;
  /** The numbers of its entries in the trail, within the period. */
  readonly entries: readonly number[];
  /** Where the record of the release and the trail do not say the same. */
  readonly differs: readonly string[];
}

const texts = (value: JsonValue | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

const textOf = (detail: JsonObject, key: string): string | null => {
  const value = detail[key];
  return typeof value === 'string' ? value : null;
};

const countsOf = ({ actions }: ReportedRelease): ReportedChange['counts'] => {
  if (actions === null) return null;
  const count = (action: string): number => actions.filter((one) => one === action).length;
  return { create: count('create'), update: count('update'), delete: count('delete') };
};

const gateWords: Readonly<Record<ReportedRelease['gates'][number]['verdict'], GateWords>> = {
  pass: 'passed',
  warn: 'passed with a warning',
  fail: 'failed',
  skipped: 'not judged',
};

const gatesOf = ({ asked, gates }: ReportedRelease): ReportedChange['gates'] => {
  const judged = new Map(gates.map(({ gate, verdict }) => [gate, gateWords[verdict]]));
  const names = [...new Set([...texts(asked), ...judged.keys()])].sort(compareBytes);
  return names.map((gate) => ({ gate, verdict: judged.get(gate) ?? 'not judged' }));
};

/** A gate that did not pass is told by the trail as a refusal. */
const inTheRecord: Readonly<Record<string, string>> = { refused: 'failed' };

const differences = (release: ReportedRelease, { started, ended }: HeardRelease): readonly string[] => {
  const differing: string[] = [];
  const compare = (what: string, recorded: string, said: string | null): void => {
    if (said !== null && said !== recorded) differing.push(`${what}: ${said} in the trail`);
  };
  if (started) {
    compare('asked by', release.requestedBy, textOf(started.detail, 'requested_by') ?? started.actor);
    compare('environment', release.environment, started.environment);
    compare('target', release.target, textOf(started.detail, 'target'));
    compare('version', release.version, textOf(started.detail, 'version'));
  }
  if (ended) compare('outcome', release.state, inTheRecord[ended.outcome] ?? ended.outcome);
  return differing;
};

const millisecondsFrom = (start: string | null, end: string | null): number | null => {
  const lasted = start === null || end === null ? Number.NaN : Date.parse(end) - Date.parse(start);
  return Number.isNaN(lasted) ? null : lasted;
};

/** What was asked for the configuration alone has no version, and may be of no one environment or target. */
const orNone = (text: string | null): string | null => (text === '' ? null : text);

const fromRecord = (release: ReportedRelease, heard: HeardRelease | undefined): ReportedChange => {
  const [started, ended] = [release.startedAt?.toISOString() ?? null, release.endedAt?.toISOString() ?? null];
  return {
    at: release.createdAt.toISOString(),
    kind: release.kind,
    environment: orNone(release.environment),
    target: orNone(release.target),
    requested_by: release.requestedBy,
    reason: release.reason,
    from_version: release.fromVersion,
    to_version: orNone(release.version),
    counts: release.kind === 'configuration' ? null : countsOf(release),
    carries: null,
    configuration: [],
    loosens: [],
    approvals_asked: typeof release.approvals === 'number' ? release.approvals : null,
    approved_by: release.approvedBy,
    gates: gatesOf(release),
    outcome: release.state,
    failure: release.failure,
    started_at: started,
    ended_at: ended,
    duration_ms: millisecondsFrom(started, ended),
    release: release.id,
    entries: heard?.entries ?? [],
    differs: heard ? differences(release, heard) : [],
  };
};

/** What the trail alone knows, because the place of the release was forgotten with all its records. */
const fromTrail = (id: string, { first, started, ended, kind, entries }: HeardRelease): ReportedChange => ({
  at: first.at,
  kind,
  environment: first.environment,
  target: textOf(first.detail, 'target'),
  requested_by: first.actor,
  reason: null,
  from_version: null,
  to_version: textOf(first.detail, 'version'),
  ...{
    counts: null,
    carries: null,
    configuration: [],
    loosens: [],
    approvals_asked: null,
    approved_by: texts(started?.detail.approved_by),
    gates: [],
  },
  outcome: ended?.outcome ?? 'no end in the trail',
  failure: ended ? textOf(ended.detail, 'code') : null,
  started_at: started?.at ?? null,
  ended_at: ended?.at ?? null,
  duration_ms: millisecondsFrom(started?.at ?? null, ended?.at ?? null),
  release: id,
  entries,
  differs: ['the trail alone knows it'],
});

const fromConfiguration = (entry: AuditEntry, release: ReportedChange | undefined): ReportedChange => {
  const detail = isJsonObject(entry.detail) ? entry.detail : {};
  const asked = release?.kind === 'configuration' ? release : undefined;
  return {
    at: asked?.at ?? entry.at,
    kind: 'configuration',
    environment: entry.environment,
    target: textOf(detail, 'target'),
    requested_by: asked?.requested_by ?? textOf(detail, 'requested_by') ?? entry.actor,
    reason: release?.reason ?? null,
    ...{ from_version: null, to_version: null, counts: null, carries: null },
    configuration: texts(detail.addresses),
    loosens: texts(detail.loosens),
    approvals_asked: release?.approvals_asked ?? null,
    approved_by: release?.approved_by ?? texts(detail.approved_by),
    gates: release?.gates ?? [],
    outcome: texts(detail.overtaken).length > 0 ? 'recorded in part' : 'recorded',
    ...{ failure: null, started_at: null, ended_at: null, duration_ms: null },
    release: release?.release ?? null,
    entries: [entry.n],
    differs: [],
  };
};

const byTime = (left: ReportedChange, right: ReportedChange): number =>
  compareBytes(left.at, right.at) ||
  compareBytes(left.release ?? '', right.release ?? '') ||
  (left.entries[0] ?? 0) - (right.entries[0] ?? 0);

/** The change log: what is recorded of releases, what the trail alone still knows, and the configuration. Pure. */
export const changesOf = (
  releases: readonly ReportedRelease[],
  heard: HeardTrail,
  environment: string | null,
): readonly ReportedChange[] => {
  const recorded = new Map(
    releases.map((release) => [release.id, fromRecord(release, heard.releases.get(release.id))]),
  );
  const gone = [...heard.releases]
    .filter(([id, { first }]) => !recorded.has(id) && (environment === null || first.environment === environment))
    .map(([id, one]) => fromTrail(id, one));
  const configuration = heard.configuration.map((entry) => fromConfiguration(entry, recorded.get(entry.subject)));
  // What was asked for and approved is told once: as what it came to.
  const came = new Set(heard.configuration.map(({ subject }) => subject));
  const told = [...recorded.values()].filter(
    ({ kind, release }) => kind !== 'configuration' || !came.has(release ?? ''),
  );
  return [...told, ...gone, ...configuration].sort(byTime);
};

/** One line of the deployment history: a release that began to write. */
export type ReportedDeployment = Pick<
  ReportedChange,
  'kind' | 'environment' | 'target' | 'from_version' | 'to_version' | 'outcome' | 'ended_at' | 'duration_ms' | 'release'
> & { readonly by: string; readonly started_at: string };

/** The releases among changes that began, by environment and then by time. Pure. */
export const deploymentsOf = (changes: readonly ReportedChange[]): readonly ReportedDeployment[] =>
  changes
    .flatMap((change): readonly ReportedDeployment[] => {
      const { kind, environment, target, from_version, to_version, outcome, ended_at, duration_ms, release } = change;
      const told = { kind, environment, target, from_version, to_version, outcome, ended_at, duration_ms, release };
      return change.started_at === null ? [] : [{ ...told, by: change.requested_by, started_at: change.started_at }];
    })
    .sort(
      (left, right) =>
        compareBytes(left.environment ?? '', right.environment ?? '') ||
        compareBytes(left.started_at, right.started_at) ||
        compareBytes(left.release ?? '', right.release ?? ''),
    );
