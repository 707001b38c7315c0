import { isDeepStrictEqual } from 'node:util';
import { planOf, rootIdOf, withoutMark } from '../artifacts/index.ts';
import { Refusal } from '../diagnostics/index.ts';
import type { Gateway, Progress } from '../provider/index.ts';
import type { System } from '../system/index.ts';
import { counted, type JsonObject, type JsonValue } from '../values/index.ts';
import type { OpenGateway } from './open-gateway.ts';

export interface InvocationOrder {
  readonly workflow: string;
  /** The released document of the workflow; undefined where the version has none of this name. */
  readonly document: JsonValue | undefined;
  readonly version: string;
  readonly queue: string;
  readonly input: JsonObject;
  /** Unique to this run. */
  readonly reference: string;
  readonly timeoutMs: number;
}

/** `unattributed`: it ended well, or could not be run, and the gateway cannot say whether that was the released version. */
export interface Verdict {
  readonly verdict: 'passed' | 'failed' | 'unattributed';
  readonly detail: string;
  /** The gateway is why, not the workflow: it cannot be asked, or has another definition or none. */
  readonly byGateway?: boolean;
}

const failed = (detail: string): Verdict => ({ verdict: 'failed', detail });
const failedByGateway = (detail: string): Verdict => ({ ...failed(detail), byGateway: true });
const unattributed = (why: string): Verdict => ({ verdict: 'unattributed', detail: why, byGateway: true });

const shortestPauseMs = 100;
const longestPauseMs = 2000;

/** Whether the gateway is seen to hold the released plan. `cannot say` where its planner is code, which it does not show. */
const attribution = async (
  gateway: Gateway,
  order: InvocationOrder,
  signal: AbortSignal,
): Promise<'ours' | 'another' | 'cannot say' | 'none'> => {
  const planner = await gateway.planner(order.workflow, signal);
  if (!planner) return 'none';
  if (!planner.definition) return 'cannot say';
  const plan = order.document === undefined ? undefined : planOf(order.document);
  return isDeepStrictEqual(withoutMark(planner.definition), plan) ? 'ours' : 'another';
};

type Seen = 'running' | 'failed' | 'done' | 'unseen' | 'unreadable';

const outcomeOf = ({ open, failed: bad, completed }: Progress): Seen => {
  if (bad > 0) return 'failed';
  if (open > 0) return 'running';
  if (completed === undefined) return 'unreadable';
  return completed > 0 ? 'done' : 'unseen';
};

/**
 * Waits for a run. Two looks in a row must find it done: a job that goes from one state to another may hide from one.
 */
const waitFor = async (
  { clock, interrupted }: System,
  gateway: Gateway,
  run: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Verdict> => {
  const deadline = clock.monotonicMs() + timeoutMs;
  let before: Seen | undefined;
  let wasOpen = false;
  for (let pause = shortestPauseMs; ; pause = Math.min(pause * 2, longestPauseMs)) {
    const progress = await gateway.progress(run, signal);
    const outcome = outcomeOf(progress);
    if (outcome === 'failed') return failed(`run ${run}: ${counted(progress.failed, 'job')} failed`);
    if (outcome === 'done' && before === 'done') {
      return { verdict: 'passed', detail: `run ${run}: ${counted(progress.completed ?? 0, 'job')} completed` };
    }
    const isLate = clock.monotonicMs() >= deadline;
    // Before it was seen to be under way it may only not have begun.
    if (outcome === 'unreadable' && (isLate || (wasOpen && before === 'unreadable'))) {
      return unattributed(`run ${run} neither waits nor failed, and the list of completed jobs is too long to be read`);
    }
    wasOpen ||= outcome === 'running';
    if (interrupted.aborted) return failed('interrupted');
    const seconds = timeoutMs / 1000;
    if (isLate) {
      // A submission is answered before anything is planned: what could not be planned is never heard of again.
      const heard = outcome === 'unseen' ? 'no job of it appeared' : 'it was still running';
      return failed(`run ${run} was accepted, and ${heard} within ${seconds} s`);
    }
    before = outcome;
    await clock.sleep(outcome === 'done' ? shortestPauseMs : pause, interrupted);
  }
};

const invoke = async (
  system: System,
  gateway: Gateway,
  order: InvocationOrder,
  signal: AbortSignal,
): Promise<Verdict> => {
  if (order.document === undefined) return failed(`${order.version} has no workflow "${order.workflow}"`);
  const before = await attribution(gateway, order, signal);
  if (before === 'none') return failedByGateway(`the gateway has no planner "${order.workflow}"`);
  if (before === 'another') return failedByGateway(`the gateway holds another definition than ${order.version}`);
  const root = before === 'ours' ? rootIdOf(order.document) : undefined;
  if (root !== undefined && (await gateway.knowsJob(root, signal))) {
    return unattributed('the gateway ran this very definition before and cannot insert its jobs a second time');
  }
  const { workflow: planner, queue, input, reference } = order;
  const run = await gateway.submit({ planner, queue, input, reference }, signal);
  const ended = await waitFor(system, gateway, run, order.timeoutMs, signal);
  if (ended.verdict !== 'passed') return ended;
  const after = await attribution(gateway, order, signal);
  if (before === 'ours' && after === 'ours') return { ...ended, detail: `${ended.detail}, by ${order.version}` };
  if (after === 'another')
    return failedByGateway(`the definition at the gateway changed while run ${run} was under way`);
  return unattributed(`${ended.detail}; the gateway does not show which definition its planner has`);
};

/** So much later than the run itself the questions about it end. */
const lastLookMs = 5000;

/** Runs a workflow on one gateway. Whatever goes wrong is a verdict, and all questions together end soon after its time. */
export const runInvocation = async (system: System, open: OpenGateway, order: InvocationOrder): Promise<Verdict> => {
  const ended = new AbortController();
  const late = new AbortController();
  void system.clock.sleep(order.timeoutMs + lastLookMs, ended.signal).then(() => {
    if (!ended.signal.aborted) late.abort();
  });
  try {
    return await invoke(system, open.gateway, order, AbortSignal.any([late.signal, system.interrupted]));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (late.signal.aborted) return failedByGateway(`the gateway did not answer within ${order.timeoutMs / 1000} s`);
    return failedByGateway(error.diagnostics.map(({ detail }) => detail.replace(/\.$/, '')).join('; '));
  } finally {
    ended.abort();
  }
};
