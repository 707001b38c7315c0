import type { NotificationConfig, TargetConfig } from '../config/index.ts';
import { type Diagnostic, Refusal } from '../diagnostics/index.ts';
import type { Notifier } from '../provider/index.ts';
import { digestOfSink } from '../state/index.ts';
import { attempt, type Patience } from './attempt.ts';
import { sinkOf } from './choose.ts';
import { noticeOf } from './notice.ts';
import { openNotifier, type Surroundings } from './open.ts';

/** What came of trying one of those who are told of a target. */
export interface Trial {
  readonly target: string;
  readonly provider: string;
  /** Where it goes, for people; the provider's name where that cannot be told. */
  readonly label: string;
  readonly outcome: 'delivered' | 'failed';
  readonly problem: string | undefined;
  readonly hint: string | undefined;
}

interface TrialOrder extends Patience {
  readonly project: string;
  /** Who tries it. */
  readonly by: string;
}

const failedBy = (diagnostics: readonly Diagnostic[]): Pick<Trial, 'problem' | 'hint'> => ({
  problem: diagnostics.map(({ detail }) => detail).join(' '),
  hint: diagnostics.find(({ hint }) => hint !== undefined)?.hint,
});

const tryOne = async (
  surroundings: Surroundings,
  { name, environment }: TargetConfig,
  notification: NotificationConfig,
  order: TrialOrder,
): Promise<Trial> => {
  const { provider } = notification;
  let notifier: Notifier;
  try {
    notifier = await openNotifier(surroundings, sinkOf(notification), notification.at);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { target: name, provider, label: provider, outcome: 'failed', ...failedBy(error.diagnostics) };
  }
  const { system } = surroundings;
  const happening = { event: 'test', target: name, environment, by: order.by } as const;
  const identity = { id: system.ids.uuid(), at: system.clock.now(), project: order.project };
  const came = await attempt(notifier, noticeOf(happening, identity), order);
  const base = { target: name, provider, label: notifier.label };
  return came.outcome === 'sent'
    ? { ...base, outcome: 'delivered', problem: came.remark, hint: undefined }
    : { ...base, outcome: 'failed', problem: came.problem, hint: came.hint };
};

/** Each place once, however often a target names it. */
const eachOnce = ({ notifications }: TargetConfig): readonly NotificationConfig[] => [
  ...new Map(notifications.map((one) => [digestOfSink(sinkOf(one)), one])).values(),
];

/** Sends a message that is marked as a test to all who are told of these targets, now and past the outbox. */
export const tryNotifiers = async (
  surroundings: Surroundings,
  targets: readonly TargetConfig[],
  order: TrialOrder,
): Promise<readonly Trial[]> => {
  const trials = targets.flatMap((target) => eachOnce(target).map((one) => tryOne(surroundings, target, one, order)));
  return Promise.all(trials);
};
