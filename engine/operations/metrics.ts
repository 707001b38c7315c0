import type { Config } from '../config/index.ts';
import { type Diagnostic, type Outcome, refuse, success } from '../diagnostics/index.ts';
import { everyRelease, findVersions, listReleases, listReviews } from '../state/index.ts';
import { requireEnvironment } from './environments.ts';
import { type Figures, figuresOf, type Period, reachedProduction } from './metrics-figures.ts';
import { asOutcome, type OperationContext, type Session, withSession } from './session.ts';
import { requireTarget } from './targets.ts';

export interface MetricsRequest {
  /** Only releases to these; to all where there are none. */
  readonly targets: readonly string[];
  readonly environment?: string | undefined;
  /** From this moment on, and before that one; ISO 8601 in UTC. */
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  readonly lockTimeoutMs: number;
}

/** How releasing went in a period. */
export interface MetricsReport {
  /** `is_default`: nobody asked for another one. */
  readonly period: { readonly start: string; readonly end: string; readonly is_default: boolean };
  /** What was asked for; null for all. */
  readonly targets: readonly string[] | null;
  readonly environment: string | null;
  readonly metrics: Figures;
}

const usualMs = 30 * 24 * 60 * 60_000;
/** Years have four digits. */
const firstMoment = new Date('0000-01-01T00:00:00Z');

/** The last 30 days before the end that is wanted, or before now. */
const periodOf = (now: Date, wanted: Pick<MetricsRequest, 'start' | 'end'>): Period => {
  const end = wanted.end === undefined ? now : new Date(wanted.end);
  const usual = new Date(Math.max(end.getTime() - usualMs, firstMoment.getTime()));
  const start = wanted.start === undefined ? usual : new Date(wanted.start);
  if (start < end) return { start, end };
  throw refuse('usage-flags-conflict', {
    detail: `Nothing lies between ${start.toISOString()} and ${end.toISOString()}${wanted.end === undefined ? ', which is now' : ''}.`,
    hint: 'The end must be after the start.',
  });
};

/** What is asked for must be there, and be possible: figures about nothing would look like figures. */
const requireScope = (config: Config, { targets, environment }: MetricsRequest): void => {
  const chosen = targets.map((name) => requireTarget(config, name));
  if (environment === undefined) return;
  requireEnvironment(config, environment);
  const elsewhere = chosen.find((target) => target.environment !== environment);
  if (!elsewhere) return;
  throw refuse('usage-flags-conflict', {
    detail: `The target "${elsewhere.name}" releases to "${elsewhere.environment}", not to "${environment}".`,
    hint: 'Name one of the two.',
  });
};

const asWarnings = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  diagnostics.map((diagnostic) => ({ ...diagnostic, severity: 'warning' }));

interface Committed {
  readonly committedAt: ReadonlyMap<string, Date>;
  readonly warnings: readonly Diagnostic[];
}

/** When the commits of these versions were made. A source that cannot be read is no reason to withhold everything else. */
const askGit = async (session: Session, names: readonly string[]): Promise<Committed> => {
  if (names.length === 0) return { committedAt: new Map(), warnings: [] };
  const versions = await findVersions(session.state, names);
  const asked = await asOutcome(async () =>
    success(await (await session.source()).committedAt(versions.map(({ commit }) => commit))),
  );
  if (!asked.ok) return { committedAt: new Map(), warnings: asWarnings(asked.diagnostics) };
  const known = versions.flatMap(({ name, commit }) => {
    const at = asked.value.get(commit);
    return at ? [[name, at] as const] : [];
  });
  return { committedAt: new Map(known), warnings: await session.sourceWarnings() };
};

/** `m3forge metrics`: how releasing went in a period, against the product's targets. */
export const metrics = (context: OperationContext, request: MetricsRequest): Promise<Outcome<MetricsReport>> =>
  withSession(
    context,
    { command: 'm3forge metrics', permit: 'view', lockTimeoutMs: request.lockTimeoutMs },
    async (session) => {
      const { config, state } = session;
      const { environment } = request;
      const targets = [...new Set(request.targets)];
      requireScope(config, request);
      const period = periodOf(context.system.clock.now(), request);
      const recorded = await listReleases(state, {
        limit: everyRelease,
        placed: true,
        ...(targets.length > 0 && { targets }),
      });
      const releases = recorded.filter((release) => environment === undefined || release.environment === environment);
      const isProduction = (name: string): boolean => config.environments.get(name)?.type === 'production';
      const reached = reachedProduction({ period, releases, isProduction });
      const { committedAt, warnings } = await askGit(session, [...reached.keys()]);
      const wanted = (await listReviews(state, { open: true })).filter(
        (review) =>
          (targets.length === 0 || targets.includes(review.target)) &&
          (environment === undefined || review.environment === environment),
      );
      const report: MetricsReport = {
        period: {
          start: period.start.toISOString(),
          end: period.end.toISOString(),
          is_default: request.start === undefined && request.end === undefined,
        },
        targets: targets.length > 0 ? targets : null,
        environment: environment ?? null,
        metrics: figuresOf({ period, releases, isProduction, committedAt, openReviews: wanted.length }),
      };
      return success(report, warnings);
    },
  );
