import { type Outcome, refuse, success } from '../diagnostics/index.ts';
import type { PlanDocument, PlanSection } from '../plan/index.ts';
import {
  findReleases,
  type GateResult,
  type LogLine,
  listGates,
  listReviews,
  listSteps,
  listVotes,
  type ReleaseRecord,
  readLog,
  readSection,
  releaseById,
  type SmokeRun,
  type StepRecord,
  smokeRunsOf,
  type Vote,
} from '../state/index.ts';
import { type Carried, createLineage } from './lineage.ts';
import { readPlanFile } from './plan-file.ts';
import { type ReviewView, reviewView } from './review-views.ts';
import { asOutcome, type OperationContext, type Session, withSession } from './session.ts';
import { type HistoryEntry, historyEntry } from './status.ts';

/** One release with everything that was recorded of it. */
export interface ReleaseDetails {
  readonly release: HistoryEntry;
  readonly section: PlanSection;
  /** What was merged and comes to the target with it. */
  readonly carries: Carried;
  /** What it takes back from there, because its version does not have that. */
  readonly takes_back: Carried;
  readonly gates: readonly GateResult[];
  /** What an emergency left to be done, and how that ended; null where it left nothing. */
  readonly review: ReviewView | null;
  readonly steps: readonly StepRecord[];
  /** What people said about it, in the order in which they did. */
  readonly votes: readonly VoteView[];
  /** What its smoke tests came to, in their order. */
  readonly smoke_runs: readonly SmokeRun[];
}

/** What one person said about a release. */
export interface VoteView {
  readonly by: string;
  readonly decision: Vote['decision'];
  readonly comment: string | null;
  /** ISO 8601, UTC. */
  readonly at: string;
}

export const voteView = ({ by, decision, comment, at }: Vote): VoteView => ({
  ...{ by, decision, comment },
  at: at.toISOString(),
});

const looksLikeId = (text: string): boolean => /^[0-9a-f-]{4,36}$/.test(text);

/** The one release with this id, or whose id begins so. */
export const requireRelease = async (session: Session, id: string): Promise<ReleaseRecord> => {
  const found = looksLikeId(id) ? await findReleases(session.state, id) : [];
  const [release] = found;
  if (!release) {
    throw refuse('release-unknown', {
      detail: `There is no release "${id}".`,
      hint: 'Releases and their ids are listed by:\n\n    m3forge history',
    });
  }
  if (found.length > 1) throw refuse('release-ambiguous', { detail: `More than one release begins with "${id}".` });
  return release;
};

/** `m3forge show FILE`: a saved plan, without configuration, provider or database. */
export const showPlan = (path: string): Promise<Outcome<PlanDocument>> => asOutcome(() => readPlanFile(path));

/** `m3forge show RELEASE`. */
export const showRelease = (
  context: OperationContext,
  request: { readonly id: string; readonly lockTimeoutMs: number },
): Promise<Outcome<ReleaseDetails>> =>
  withSession(
    context,
    { command: 'm3forge show', permit: 'view', lockTimeoutMs: request.lockTimeoutMs },
    async (session) => {
      const release = await requireRelease(session, request.id);
      const section = await readSection(session.state, release.id);
      const { carries, takesBack } = await createLineage(session).ofRelease(release);
      const review = (await listReviews(session.state, { open: false })).find(
        ({ releaseId }) => releaseId === release.id,
      );
      return success({
        release: historyEntry(release),
        section: section as unknown as PlanSection,
        ...{ carries, takes_back: takesBack },
        gates: await listGates(session.state, release.id),
        review: review ? reviewView(review) : null,
        steps: await listSteps(session.state, release.id),
        votes: (await listVotes(session.state, [release.id])).map(voteView),
        smoke_runs: await smokeRunsOf(session.state, release.id),
      });
    },
  );

const ended = new Set(['succeeded', 'failed', 'rejected', 'cancelled', 'rolled_back', 'rollback_failed', 'superseded']);
const followEveryMs = 500;

/** `m3forge logs`: the stored log of a release; with `follow` also what is still to come, until the release has ended. */
export const logs = (
  context: OperationContext,
  request: {
    readonly id: string;
    readonly follow: boolean;
    readonly lockTimeoutMs: number;
    readonly line: (line: LogLine) => void;
  },
): Promise<Outcome<HistoryEntry>> =>
  withSession(
    context,
    { command: 'm3forge logs', permit: 'view', lockTimeoutMs: request.lockTimeoutMs },
    async (session) => {
      const { clock } = context.system;
      const { interrupted } = context.system;
      let release = await requireRelease(session, request.id);
      let after = 0;
      for (;;) {
        // The state is read before the lines: what was logged before the end is then never missed.
        release = (await releaseById(session.state, release.id)) ?? release;
        for (const line of await readLog(session.state, release.id, after)) {
          request.line(line);
          after = line.n;
        }
        if (!request.follow || ended.has(release.state) || interrupted.aborted) return success(historyEntry(release));
        await clock.sleep(followEveryMs, interrupted);
      }
    },
  );
