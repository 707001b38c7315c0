import { Refusal } from '../diagnostics/index.ts';
import type { Notifier } from '../provider/index.ts';
import {
  forgetSent,
  nextMessage,
  type OutboxMessage,
  recordAttempt,
  recordDelivered,
  recordHindrance,
  type StateHandle,
  type WaitingSink,
  waitingSinks,
  whileSendingTo,
} from '../state/index.ts';
import { type Attempt, attempt, type Patience } from './attempt.ts';
import { noticeOf, typeOf } from './notice.ts';
import { missingVariables, openNotifier, type Surroundings } from './open.ts';

/** What came of one message. */
export interface Delivery {
  readonly id: string;
  /** Such as `release.failed`. */
  readonly type: string;
  readonly target: string | null;
  readonly provider: string;
  /** Where it goes, for people. */
  readonly label: string;
  readonly outcome: 'delivered' | 'waiting' | 'given up';
  /** Why not, or what is to be said of it although it was. */
  readonly problem: string | undefined;
  readonly hint: string | undefined;
}

export interface DeliveryOrder extends Patience {
  readonly state: StateHandle;
  readonly project: string;
  /** Also what is not due yet. */
  readonly all: boolean;
  /** Only to where something waits for one of these targets; everywhere where it is not given. */
  readonly targets?: readonly string[];
}

/** Seconds until the next attempt, by how many there were: those that Standard Webhooks proposes. */
const waitsSeconds = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400] as const;

/** Three days: what nobody could be told by then is old. */
const longestSeconds = 259_200;

/** A month: a machine that lacks a variable takes nothing away from one that has it. */
const longestHinderedSeconds = 2_592_000;

/** How long what was sent, or given up, can be looked up. */
const keptDays = 90;

const waitAfter = (attempts: number): number => waitsSeconds[Math.min(attempts, waitsSeconds.length - 1)] ?? 5;

interface Sending {
  readonly order: DeliveryOrder;
  readonly notifier: Notifier;
}

type Failed = Exclude<Attempt, { readonly outcome: 'sent' }>;

const about = (message: OutboxMessage, label: string) => ({
  ...{ id: message.id, type: typeOf(message.happening), target: message.target, provider: message.sink.provider },
  label,
});

const recordFailed = async (
  { state }: DeliveryOrder,
  { id, attempts }: OutboxMessage,
  { problem, outcome }: Failed,
): Promise<Delivery['outcome']> => {
  const failed = { problem, refused: outcome === 'refused', waitSeconds: waitAfter(attempts), longestSeconds };
  return (await recordAttempt(state, id, failed)) ? 'given up' : 'waiting';
};

/** Sends one message, and records what came of it. */
const deliverOne = async (
  { order, notifier }: Sending,
  message: OutboxMessage,
): Promise<{ readonly delivery: Delivery; readonly isStuck: boolean }> => {
  const { id, at, happening } = message;
  const came = await attempt(notifier, noticeOf(happening, { id, at, project: order.project }), order);
  const base = about(message, notifier.label);
  if (came.outcome === 'sent') {
    await recordDelivered(order.state, id);
    const { remark: problem } = came;
    return { delivery: { ...base, outcome: 'delivered', problem, hint: undefined }, isStuck: false };
  }
  const outcome = await recordFailed(order, message, came);
  const { problem, hint } = came;
  return { delivery: { ...base, outcome, problem, hint }, isStuck: came.outcome === 'stuck' };
};

interface Delivered {
  readonly deliveries: readonly Delivery[];
  /** Nothing more is to be tried there now. */
  readonly isOver: boolean;
}

/** All that waits for one place, in its order. What is stuck there keeps the rest waiting: later news comes later. */
const deliverInOrder = async (sending: Sending, digest: string, after: string | undefined): Promise<Delivered> => {
  const deliveries: Delivery[] = [];
  const { state, signal, all } = sending.order;
  for (;;) {
    if (signal.aborted) return { deliveries, isOver: true };
    const message = await nextMessage(state, digest, { all, after: deliveries.at(-1)?.id ?? after });
    if (!message) return { deliveries, isOver: false };
    const { delivery, isStuck } = await deliverOne(sending, message);
    deliveries.push(delivery);
    if (isStuck) return { deliveries, isOver: true };
  }
};

/**
 * The same, unless somebody else is at it. What somebody adds meanwhile he leaves to whoever is: so it is looked for once
 * more when the others may come in again.
 */
const deliverUndisturbed = async (sending: Sending, digest: string): Promise<readonly Delivery[]> => {
  const deliveries: Delivery[] = [];
  const { state, all } = sending.order;
  for (;;) {
    const after = deliveries.at(-1)?.id;
    const done = await whileSendingTo(state, digest, () => deliverInOrder(sending, digest, after));
    deliveries.push(...(done?.deliveries ?? []));
    if (!done || done.isOver) return deliveries;
    if (!(await nextMessage(state, digest, { all, after: deliveries.at(-1)?.id }))) return deliveries;
  }
};

/** What cannot even be tried from here, because the machine lacks what it takes. */
const hindered = async (
  { state }: DeliveryOrder,
  { sink, digest }: WaitingSink,
  problem: string,
  hint: string | undefined,
): Promise<readonly Delivery[]> => {
  await recordHindrance(state, digest, { problem, longestSeconds: longestHinderedSeconds });
  const message = await nextMessage(state, digest, { all: true });
  return message ? [{ ...about(message, sink.provider), outcome: 'waiting', problem, hint }] : [];
};

const missing = (names: readonly string[]): string =>
  `The environment ${names.length === 1 ? 'variable' : 'variables'} ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} not set here.`;

const deliverTo = async (
  surroundings: Surroundings,
  order: DeliveryOrder,
  waiting: WaitingSink,
): Promise<readonly Delivery[]> => {
  const names = missingVariables(waiting.sink, surroundings.system);
  if (names.length > 0) {
    const hint = 'It is sent from where they are set, such as the CI system.';
    return hindered(order, waiting, missing(names), hint);
  }
  let notifier: Notifier;
  try {
    notifier = await openNotifier(surroundings, waiting.sink);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return hindered(order, waiting, error.diagnostics.map(({ detail }) => detail).join(' '), undefined);
  }
  return deliverUndisturbed({ order, notifier }, waiting.digest);
};

/**
 * Sends what waits in the outbox: to all places at once, to each in the order in which things happened. What could not be
 * sent waits for a later call, longer after each attempt, and is given up after three days. At least once: whoever dies
 * between sending and recording it has it sent again, under the same id.
 */
export const deliver = async (surroundings: Surroundings, order: DeliveryOrder): Promise<readonly Delivery[]> => {
  const { state, all, targets } = order;
  const sinks = await waitingSinks(state, { all, ...(targets && { targets }) });
  if (sinks.length === 0) return [];
  const delivered = await Promise.all(sinks.map((one) => deliverTo(surroundings, order, one)));
  await forgetSent(state, keptDays);
  return delivered.flat();
};
