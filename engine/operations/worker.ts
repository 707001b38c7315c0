import { standingOf } from '../clearance/index.ts';
import { loadConfig, type TargetConfig } from '../config/index.ts';
import { type DatabaseLocation, openStatements } from '../database/index.ts';
import { type Diagnostic, failure, type Outcome, refuse, success } from '../diagnostics/index.ts';
import { openQueue, type WorkQueue } from '../release/index.ts';
import {
  listVotes,
  momentNow,
  occurrenceOfRelease,
  openOccurrences,
  type ReleaseRecord,
  unfinishedReleases,
  waitingReleases,
  whileServing,
} from '../state/index.ts';
import { askedOf } from './approvals.ts';
import { noScope, readConfiguration } from './configuration.ts';
import { sharedName } from './configuration-approval.ts';
import { locateDatabase } from './connections.ts';
import { doDueWork, type WorkDone, type WorkManner } from './due-work.ts';
import { findScheduled, findVersions } from './find-due.ts';
import { roleDenied } from './guard.ts';
import { recoverPlaces } from './recover.ts';
import { isOnlyWaiting, settleOverdue } from './requests.ts';
import { resumeIn } from './resume.ts';
import { asOutcome, type OperationContext, type Session, withSession } from './session.ts';
import { targetInForce } from './target-in-force.ts';
import { chooseTargets, requireTarget } from './targets.ts';

export interface WorkerRequest extends WorkManner {
  /** Those that are looked after; every enabled one where none is named. */
  readonly targets: readonly string[];
}

/** What a worker that stays is told beside. */
export interface StayingRequest extends WorkerRequest {
  /** How often it looks for what is due. */
  readonly everyMs: number;
  /** What goes wrong is said, and does not end it. */
  readonly problem: (diagnostics: readonly Diagnostic[]) => void;
}

/** What is no fault of anybody: it waits, somebody else is at it, or it is tried again. */
const isPatient = ({ code }: Diagnostic): boolean =>
  ['release-held', 'release-scheduled', 'approval-missing', 'place-leased', 'occurrence-taken'].includes(code);

const grave = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  diagnostics.filter((one) => !isPatient(one));

/** Whether everybody has agreed to what waits, so that it may go on. */
const isApproved = async (session: Session, release: ReleaseRecord): Promise<boolean> =>
  standingOf(await askedOf(session, release), await listVotes(session.state, [release.id])).missing === 0;

/** What waits for a target and has what it needs; what waits for its time alone is begun by its schedule. */
const resumable = async (session: Session, target: string): Promise<readonly ReleaseRecord[]> => {
  const found: ReleaseRecord[] = [];
  const waiting = await waitingReleases(session.state, target);
  if (waiting.length === 0) return found;
  const hasSchedule =
    target !== sharedName &&
    (await targetInForce(session, requireTarget(session.config, target))).schedule !== undefined;
  for (const release of waiting) {
    if (hasSchedule && !(await occurrenceOfRelease(session.state, release.id))) continue;
    if (await isApproved(session, release)) found.push(release);
  }
  return found;
};

/** Goes on with what was approved. Where something moved, whoever asked for it has to ask again. */
const resumeApproved = async (
  session: Session,
  target: string,
  { lockTimeoutMs, report, done }: WorkManner,
): Promise<readonly Diagnostic[]> => {
  const problems: Diagnostic[] = [];
  for (const { id, version } of await resumable(session, target)) {
    if (session.context.system.interrupted.aborted) break;
    const request = { id, lockTimeoutMs, overrideWindows: undefined, report };
    const ended = await asOutcome(() => resumeIn(session, request));
    const found = [...ended.diagnostics, ...(ended.ok ? ended.value.problems : [])];
    const section = ended.ok ? (ended.value.sections[0] ?? ended.value.configuration) : undefined;
    const outcome = section?.outcome === 'succeeded' || section?.outcome === 'failed' ? section.outcome : 'held';
    const detail = found.find(({ severity }) => severity === 'error')?.detail ?? null;
    done({ target, cause: 'approved', outcome, version: version || null, release: id, detail });
    // That a plan is stale is told to whoever asked for it; it is no failure of the worker.
    if (outcome === 'failed') problems.push(...found);
  }
  return problems;
};

/** Does everything for one target that is to be done now; nothing where another worker is at it. */
const serve = async (session: Session, name: string, manner: WorkManner): Promise<readonly Diagnostic[]> => {
  const work = async (): Promise<readonly Diagnostic[]> => {
    if (name === sharedName) {
      // Who is who may be a part of it, so that is left to whoever may say it.
      const fault = await session.faultOf('manage');
      return fault === undefined ? resumeApproved(session, name, manner) : [];
    }
    const target = requireTarget(session.config, name);
    // Looked at before anything is tried: else each round would leave a denial in the trail.
    const fault = await session.faultOf('release', [name]);
    if (fault !== undefined) return [roleDenied(session.context.actor, fault, name)];
    const recovered = await asOutcome(async () =>
      success(await recoverPlaces(session, [target], manner.lockTimeoutMs, manner.report)),
    );
    // Somebody is at work there: what is due comes after that.
    if (!recovered.ok) return recovered.diagnostics;
    return [...(await doDueWork(session, name, manner)), ...(await resumeApproved(session, name, manner))];
  };
  return (await whileServing(session.state, name, work)) ?? [];
};

const served = (session: Session, names: readonly string[]): readonly TargetConfig[] =>
  chooseTargets(session.config, names);

/** Looks for what is due, and notes it. Returns what cannot be looked at; that keeps the others from nothing. */
const look = async (session: Session, targets: readonly TargetConfig[]): Promise<readonly Diagnostic[]> => {
  await settleOverdue(session);
  const configuration = await readConfiguration(session, noScope);
  const problems: Diagnostic[] = [];
  for (const target of targets) {
    // What somebody may not release, they do not queue for others either: its file may say anything.
    if ((await session.faultOf('release', [target.name])) !== undefined) continue;
    const looked = await asOutcome(async () => {
      const inForce = await targetInForce(session, target, configuration);
      const now = await momentNow(session.state);
      await findScheduled(session, inForce, now);
      await findVersions(session, inForce, now);
      return success(undefined);
    });
    problems.push(...looked.diagnostics);
  }
  return problems;
};

/** The targets that have something to be done, in the order in which they are released to. */
const withWork = async (session: Session, targets: readonly TargetConfig[]): Promise<readonly string[]> => {
  const due = new Set((await openOccurrences(session.state)).map(({ target }) => target));
  const waiting = new Set((await waitingReleases(session.state)).map(({ target }) => target));
  const environments = new Set((await unfinishedReleases(session.state)).map(({ environment }) => environment));
  const names: string[] = [];
  for (const { name, environment } of targets) {
    const isApprovedOne = waiting.has(name) && (await resumable(session, name)).length > 0;
    if (due.has(name) || environments.has(environment) || isApprovedOne) names.push(name);
  }
  return waiting.has(sharedName) && (await resumable(session, sharedName)).length > 0 ? [...names, sharedName] : names;
};

const sessionOf = ({ lockTimeoutMs }: WorkerRequest) =>
  ({ command: 'm3forge worker', permit: 'release', lockTimeoutMs, applies: true, tells: true }) as const;

/** `m3forge worker --once`: does everything that is to be done now, and ends. Returns what it did, in order. */
export const workOnce = (context: OperationContext, request: WorkerRequest): Promise<Outcome<readonly WorkDone[]>> =>
  withSession(context, sessionOf(request), async (session) => {
    const works: WorkDone[] = [];
    const manner = {
      ...request,
      done: (work: WorkDone) => {
        works.push(work);
        request.done(work);
      },
    };
    const targets = served(session, request.targets);
    const problems = [...(await look(session, targets))];
    for (const name of await withWork(session, targets)) {
      if (context.system.interrupted.aborted) break;
      const ended = await asOutcome(async () => success(await serve(session, name, manner)));
      problems.push(...(ended.ok ? ended.value : ended.diagnostics));
    }
    const serious = grave(problems);
    return serious.some(({ severity }) => severity === 'error') && !isOnlyWaiting(serious)
      ? failure(serious)
      : success(works, serious);
  });

interface StateServer {
  readonly server: Extract<DatabaseLocation, { kind: 'server' }>;
  readonly schema: string;
}

const requireServer = async (context: OperationContext): Promise<Outcome<StateServer>> => {
  const loaded = await loadConfig(context.system, context.location);
  if (!loaded.ok) return loaded;
  const { state } = loaded.value;
  const location = locateDatabase(context, loaded.value, state.database);
  if (location.kind === 'server')
    return success({ server: location, schema: state.database.schema }, loaded.diagnostics);
  throw refuse('worker-needs-server', {
    detail:
      'The state is in the embedded database, which one process opens at a time: a worker that stays would keep everybody else out.',
    hint: 'Have it started again and again, by cron or another timer:\n\n    m3forge worker --once\n\nor put the state into a PostgreSQL server.',
  });
};

/** What stays as it is however often it is tried: somebody has to give the worker its right. */
const isFinal = ({ code }: Diagnostic): boolean => ['role-denied', 'token-refused', 'identity-unproven'].includes(code);

/** Looks for what is due, and asks the workers to do it. Returns why it may not look any more; undefined where it may. */
const lookAndAsk = async (
  context: OperationContext,
  request: StayingRequest,
  queue: WorkQueue,
): Promise<Diagnostic | undefined> => {
  const looked = await withSession(context, sessionOf(request), async (session) => {
    const targets = served(session, request.targets);
    const problems = await look(session, targets);
    return success({ names: await withWork(session, targets), problems });
  });
  const final = looked.ok ? undefined : looked.diagnostics.find(isFinal);
  if (final) return final;
  request.problem(grave([...looked.diagnostics, ...(looked.ok ? looked.value.problems : [])]));
  for (const name of looked.ok ? looked.value.names : []) await queue.ask(name);
  return undefined;
};

const serveAsked = async (context: OperationContext, request: StayingRequest, name: string): Promise<void> => {
  const ended = await withSession(context, sessionOf(request), async (session) => {
    // A worker for some targets hears of the others, too.
    const isMine = name === sharedName || served(session, request.targets).some((target) => target.name === name);
    return success(isMine ? await serve(session, name, request) : []);
  });
  request.problem(grave([...ended.diagnostics, ...(ended.ok ? ended.value : [])]));
};

/** Sessions of one process share its providers, which the end of one would take from another. */
const oneAfterTheOther = () => {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work);
    last = next;
    return next;
  };
};

/**
 * `m3forge worker`: does what is to be done until it is interrupted, one thing after the other, and shares that with the
 * others on the same state. Each look and each piece of work has a session of its own, so that a changed configuration
 * counts, and a lost connection ends nothing but that.
 */
export const workOn = (context: OperationContext, request: StayingRequest): Promise<Outcome<undefined>> =>
  asOutcome(async () => {
    const server = await requireServer(context);
    if (!server.ok) return server;
    const { interrupted, clock } = context.system;
    // The state is made or brought forward first, and what is wrong with it is said in its own words.
    const opened = await withSession(context, sessionOf(request), () => Promise.resolve(success(undefined)));
    if (!opened.ok) return opened;
    const statements = await openStatements(server.value.server);
    try {
      const queue = await openQueue(statements, {
        schema: server.value.schema,
        pollSeconds: Math.min(2, Math.max(0.5, request.everyMs / 1000)),
        problem: (error) => context.system.log.warn(`the queue: ${context.redactor.redact(String(error))}`),
      });
      const inTurn = oneAfterTheOther();
      await queue.serve((name) => inTurn(() => serveAsked(context, request, name)));
      let final: Diagnostic | undefined;
      while (!interrupted.aborted && !final) {
        final = await inTurn(() => lookAndAsk(context, request, queue));
        if (!final) await clock.sleep(request.everyMs, interrupted);
      }
      await queue.stop();
      return final ? failure([final]) : success(undefined, server.diagnostics);
    } finally {
      await statements.close();
    }
  });
