import type { Diagnostic, Outcome } from '../diagnostics/index.ts';
import { decide, reasonOf } from '../release/index.ts';
import {
  appendAudit,
  momentNow,
  noteHindrance,
  type Occurrence,
  type OccurrenceOutcome,
  openOccurrences,
  releaseById,
  settleOccurrence,
} from '../state/index.ts';
import { applyFresh } from './apply.ts';
import type { ApplyManner, ApplyReport } from './apply-planned.ts';
import { asOutcome, type Session } from './session.ts';
import { targetInForce } from './target-in-force.ts';
import { requireTarget } from './targets.ts';

/** One thing that a worker did, or could not do yet. */
export interface WorkDone {
  /** Empty for configuration that several targets share. */
  readonly target: string;
  /** `schedule of 2026-…`, `a new tag`, `change set "…"`, `approved`. */
  readonly cause: string;
  /** How it stands: it succeeded, failed, waits, was held up, brought nothing, or will not be done. */
  readonly outcome: 'succeeded' | 'failed' | 'waiting' | 'held' | OccurrenceOutcome;
  readonly version: string | null;
  readonly release: string | null;
  /** Why, where there is more to say; null where there is not. */
  readonly detail: string | null;
}

export interface WorkManner extends Pick<ApplyManner, 'lockTimeoutMs' | 'report'> {
  readonly done: (work: WorkDone) => void;
}

const firstError = (diagnostics: readonly Diagnostic[]): Diagnostic | undefined =>
  diagnostics.find(({ severity }) => severity === 'error');

/** What an entry of the trail about something that is due has beside its event and its detail. */
const aboutIn = ({ context, config }: Session, { target, releaseId }: Occurrence) => ({
  actor: context.actor,
  subject: releaseId ?? target,
  environment: config.targets.get(target)?.environment ?? null,
});

/** Ends something that was due, with its entry in the trail; nothing where another worker did. */
const settle = async (
  session: Session,
  occurrence: Occurrence,
  { outcome, note }: { readonly outcome: OccurrenceOutcome; readonly note: string | null },
  { done }: WorkManner,
): Promise<void> => {
  const { context, state } = session;
  const { target, cause, key, dueAt, attempts, releaseId } = occurrence;
  const isMine = await state.transaction(async (transaction) => {
    if (!(await settleOccurrence(transaction, occurrence, { outcome, note }))) return false;
    const detail = { target, due_at: dueAt.toISOString(), key, outcome, note, attempts };
    const about = aboutIn(session, occurrence);
    await appendAudit(transaction, context.system, { ...about, event: `${cause}.settled`, detail });
    return true;
  });
  // A release that has ended was told of when it did.
  if (!isMine || outcome === 'released') return;
  done({ target, cause: reasonOf(occurrence), outcome, version: null, release: releaseId, detail: note });
};

/** Keeps why it could not begin. The trail hears of it once for each reason, unless it has the end of a release for it. */
const hinder = async (session: Session, occurrence: Occurrence, problem: Diagnostic): Promise<void> => {
  const { context, state, audited } = session;
  const { target, cause, key, dueAt } = occurrence;
  const note = context.redactor.redact(problem.detail);
  await state.transaction(async (transaction) => {
    if (!(await noteHindrance(transaction, occurrence, note)) || audited.has(problem)) return;
    const detail = { target, due_at: dueAt.toISOString(), key, code: problem.code, note };
    const about = aboutIn(session, occurrence);
    await appendAudit(transaction, context.system, { ...about, event: `${cause}.hindered`, detail });
  });
};

/** What is released: the version that is new, that of the schedule, or undefined for that of the target. */
const versionOf = async (session: Session, { target, cause, key }: Occurrence): Promise<string | undefined> =>
  cause === 'version' ? key : (await targetInForce(session, requireTarget(session.config, target))).schedule?.version;

const tellWork = (occurrence: Occurrence, ended: Outcome<ApplyReport>, { done }: WorkManner): void => {
  const section = ended.ok ? ended.value.sections[0] : undefined;
  const problem = firstError([...ended.diagnostics, ...(ended.ok ? ended.value.problems : [])]);
  const outcome = section?.outcome;
  done({
    target: occurrence.target,
    cause: reasonOf(occurrence),
    outcome: outcome === 'succeeded' || outcome === 'failed' || outcome === 'waiting' ? outcome : 'held',
    version: section?.section.to?.version ?? null,
    release: section?.releaseId ?? null,
    detail: problem?.detail ?? null,
  });
};

/** Releases what is due. What cannot begin yet stays due. Returns what is to be said of it. */
const begin = async (session: Session, occurrence: Occurrence, manner: WorkManner): Promise<readonly Diagnostic[]> => {
  const { target } = occurrence;
  const ended = await asOutcome(async () =>
    applyFresh(session, {
      ...{ targets: [target], version: await versionOf(session, occurrence), occurrence, reason: reasonOf(occurrence) },
      ...{ lockTimeoutMs: manner.lockTimeoutMs, report: manner.report },
      confirm: () => Promise.resolve(true),
    }),
  );
  const problems = [...ended.diagnostics, ...(ended.ok ? ended.value.problems : [])];
  const [section] = ended.ok ? ended.value.sections : [];
  if (section?.outcome === 'unchanged') {
    await settle(session, occurrence, { outcome: 'unchanged', note: 'there was nothing to release' }, manner);
    return [];
  }
  const problem = firstError(problems);
  if (problem?.code === 'occurrence-taken') return [];
  if (problem) await hinder(session, occurrence, problem);
  tellWork(occurrence, ended, manner);
  return problems;
};

const newerThan = (occurrence: Occurrence, all: readonly Occurrence[]): boolean =>
  all.some((one) => one.cause === occurrence.cause && one.dueAt > occurrence.dueAt);

/** Deals with one thing that is due, as often as its state has something to be done. */
const dealWith = async (
  session: Session,
  occurrence: Occurrence,
  newer: boolean,
  manner: WorkManner,
): Promise<readonly Diagnostic[]> => {
  const { state } = session;
  const release = occurrence.releaseId === null ? undefined : await releaseById(state, occurrence.releaseId);
  const decision = decide(occurrence, release, { newer, now: await momentNow(state) });
  if (decision.action === 'leave') return [];
  if (decision.action === 'begin') return begin(session, occurrence, manner);
  await settle(session, occurrence, decision, manner);
  return [];
};

/** What is due for a target, dealt with; those that ended meanwhile are settled in the same go. */
export const doDueWork = async (
  session: Session,
  target: string,
  manner: WorkManner,
): Promise<readonly Diagnostic[]> => {
  const problems: Diagnostic[] = [];
  const open = await openOccurrences(session.state, [target]);
  for (const occurrence of open) {
    if (session.context.system.interrupted.aborted) break;
    problems.push(...(await dealWith(session, occurrence, newerThan(occurrence, open), manner)));
  }
  for (const occurrence of await openOccurrences(session.state, [target])) {
    const { releaseId } = occurrence;
    const release = releaseId === null ? undefined : await releaseById(session.state, releaseId);
    const decision = decide(occurrence, release, { newer: false, now: await momentNow(session.state) });
    if (decision.action === 'settle') await settle(session, occurrence, decision, manner);
  }
  return problems;
};
