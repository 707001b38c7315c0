import type { ReleaseEvent } from '../apply/index.ts';
import type { Config } from '../config/index.ts';
import { type Diagnostic, warning } from '../diagnostics/index.ts';
import { type Delivery, deliver, type Patience, type Surroundings } from '../notifications/index.ts';
import type { StateHandle } from '../state/index.ts';

/** How long those who are told may keep a command that has done its work, all of them together. */
const budgetMs = 15_000;
/** The same for one that was interrupted. */
const interruptedBudgetMs = 3_000;

const patience: Omit<Patience, 'signal'> = { timeoutMs: 10_000, retries: 2, firstWaitMs: 100 };

/** How hard is tried where somebody asks for it, and waits: for each exchange what Standard Webhooks proposes. */
export const patienceOfPeople: Omit<Patience, 'signal'> = { timeoutMs: 30_000, retries: 2, firstWaitMs: 200 };

const place = ({ provider, label }: Pick<Delivery, 'provider' | 'label'>): string =>
  label === '' || label.toLowerCase() === provider ? provider : `${provider} (${label})`;

/** What is to be said of a delivery: nothing where it went well. */
export const deliveryWarnings = (delivery: Delivery): readonly Diagnostic[] => {
  const { type, target, outcome, problem, hint } = delivery;
  if (problem === undefined) return [];
  const what = `"${type}"${target === null ? '' : ` of ${target}`}`;
  const address = target ?? undefined;
  if (outcome === 'delivered') {
    const detail = `${what} was sent by ${place(delivery)}. ${problem}`;
    return [warning('notification-undelivered', { detail, address })];
  }
  const next =
    outcome === 'waiting'
      ? 'The message waits, and is tried again by the next command that writes.'
      : 'After three days it is given up.';
  return [
    warning('notification-undelivered', {
      detail: `${what} did not get through to ${place(delivery)}: ${problem} ${next}`,
      address,
      hint: `${hint === undefined ? '' : `${hint}\n\n`}See what waits, and send it:\n\n    m3forge notify list\n    m3forge notify deliver`,
    }),
  ];
};

const tellsAnybody = ({ targets, sourceControl }: Pick<Config, 'targets' | 'sourceControl'>): boolean =>
  sourceControl?.deployments === true || [...targets.values()].some(({ notifications }) => notifications.length > 0);

interface Newsroom {
  readonly surroundings: Surroundings;
  readonly config: Pick<Config, 'targets' | 'project' | 'sourceControl'>;
  readonly state: StateHandle;
}

/** Sends what waits. It is recorded by then: whatever goes wrong here is a warning. */
const sendNews = async (
  { surroundings, config, state }: Newsroom,
  signal: AbortSignal,
): Promise<readonly Diagnostic[]> => {
  const { system, redactor } = surroundings;
  try {
    const order = { state, project: config.project, all: false, ...patience, signal };
    const deliveries = await deliver(surroundings, order);
    return deliveries.flatMap(deliveryWarnings);
  } catch (error) {
    // Its database may be gone, or a notifier has a bug: what was to be told is still in the outbox.
    system.log.warn(`notifications were not sent: ${redactor.redact(String(error))}`);
    return [];
  }
};

/** The sending of what a command tells. */
export interface News {
  /** Begins to send what waits, beside whatever else is done; each exchange has its time. */
  readonly sendMeanwhile: () => void;
  /** Sends what waits, once the command has done its work; returns what is to be said of it, each thing once. */
  readonly sendAtTheEnd: () => Promise<readonly Diagnostic[]>;
}

/** A configuration that tells nobody costs nothing. */
export const createNews = (newsroom: Newsroom): News => {
  if (!tellsAnybody(newsroom.config))
    return { sendMeanwhile: () => undefined, sendAtTheEnd: () => Promise.resolve([]) };
  const { clock, interrupted } = newsroom.surroundings.system;
  const over = new AbortController();
  let sending: Promise<readonly Diagnostic[]> = Promise.resolve([]);
  const send = (): Promise<readonly Diagnostic[]> => {
    // One after the other: two at once would send a message twice.
    sending = sending.then(async (before) => [...before, ...(await sendNews(newsroom, over.signal))]);
    return sending;
  };
  return {
    sendMeanwhile: () => void send(),
    sendAtTheEnd: async () => {
      const ended = new AbortController();
      void clock.sleep(interrupted.aborted ? interruptedBudgetMs : budgetMs, ended.signal).then(() => {
        if (!ended.signal.aborted) over.abort();
      });
      const warnings = await send();
      ended.abort();
      return [...new Map(warnings.map((one) => [one.detail, one])).values()];
    },
  };
};

/** Begins to send as soon as the beginning of a release is recorded: "it has begun" is no news once it has ended. */
export const sendingOnceBegun = (
  { sendMeanwhile }: Pick<News, 'sendMeanwhile'>,
  report: (event: ReleaseEvent) => void,
): ((event: ReleaseEvent) => void) => {
  let hasBegun = false;
  return (event) => {
    // What a crash left is recovered before that.
    if (!hasBegun && event.type === 'step_start' && event.step !== 'recover') {
      hasBegun = true;
      sendMeanwhile();
    }
    report(event);
  };
};
