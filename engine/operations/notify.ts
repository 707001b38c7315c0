import { type Config, type EventName, loadConfig, type TargetConfig } from '../config/index.ts';
import { failure, type Outcome, problem, success } from '../diagnostics/index.ts';
import {
  type Delivery,
  deliver,
  eventNames,
  type Preview,
  previewOf,
  type Trial,
  tryNotifiers,
  typeOf,
} from '../notifications/index.ts';
import { listOutbox, type OutboxMessage, tryAgain } from '../state/index.ts';
import { nameOf } from './identity.ts';
import { patienceOfPeople } from './news.ts';
import { asOutcome, learnSecrets, type OperationContext, withSession } from './session.ts';
import { requireTarget } from './targets.ts';

export { eventNames };

/** What works by the configuration alone: no database is opened, nothing is recorded. */
const withConfig = <T>(context: OperationContext, work: (config: Config) => Promise<Outcome<T>>): Promise<Outcome<T>> =>
  asOutcome(async () => {
    const loaded = await loadConfig(context.system, context.location);
    if (!loaded.ok) return loaded;
    learnSecrets(context, loaded.value);
    const outcome = await work(loaded.value);
    return outcome.ok ? success(outcome.value, [...loaded.diagnostics, ...outcome.diagnostics]) : outcome;
  });

const targetsOf = (config: Config, names: readonly string[]): readonly TargetConfig[] =>
  names.length > 0 ? [...new Set(names)].map((name) => requireTarget(config, name)) : [...config.targets.values()];

const nobody = (targets: readonly TargetConfig[]): Outcome<never> =>
  failure([
    problem('notification-none', {
      detail: `The configuration names nobody who is told what happens to ${targets.map(({ name }) => `"${name}"`).join(', ') || 'its targets'}.`,
      hint: `Name who is, such as:\n\n    notifications: [{ provider: slack, url: "\${env.SLACK_URL}" }]`,
    }),
  ]);

const isToldOf = ({ notifications }: TargetConfig): boolean => notifications.length > 0;

/** `m3forge notify test`: sends a message that is marked as a test to all who are told of these targets. */
export const testNotifications = (
  context: OperationContext,
  request: { readonly targets: readonly string[] },
): Promise<Outcome<readonly Trial[]>> =>
  withConfig(context, async (config) => {
    const targets = targetsOf(config, request.targets);
    if (!targets.some(isToldOf)) return nobody(targets);
    const order = { project: config.project, by: nameOf(context.actor), ...patienceOfPeople };
    return success(await tryNotifiers(context, targets, { ...order, signal: context.system.interrupted }));
  });

/** What did not get through, for the exit code and for people. */
export const notDelivered = (trials: readonly Trial[]): Outcome<never> =>
  failure(
    trials
      .filter(({ outcome }) => outcome === 'failed')
      .map(({ target, provider, problem: why, hint }) =>
        problem('notification-undelivered', {
          detail: `The test of ${provider} did not get through: ${why}`,
          address: target,
          hint,
        }),
      ),
  );

/** `m3forge notify preview`: what would be sent of an event of a target, and to whom. Nothing is sent. */
export const previewNotification = (
  context: OperationContext,
  request: { readonly target: string; readonly event: EventName },
): Promise<Outcome<readonly Preview[]>> =>
  withConfig(context, async (config) => {
    const target = requireTarget(config, request.target);
    if (!isToldOf(target)) return nobody([target]);
    const order = { project: config.project, event: request.event, by: nameOf(context.actor) };
    return success(await previewOf(context, target, order));
  });

/** A message as lists show it. */
export interface MessageView {
  /** The id under which receivers get it. */
  readonly id: string;
  readonly type: string;
  readonly target: string | null;
  readonly provider: string;
  readonly state: 'waiting' | 'given up' | 'delivered';
  readonly since: string;
  readonly attempts: number;
  readonly last_attempt: string | null;
  /** Null where there will be none. */
  readonly next_attempt: string | null;
  readonly problem: string | null;
}

const stateOf = ({ deliveredAt, givenUpAt }: OutboxMessage): MessageView['state'] =>
  deliveredAt ? 'delivered' : givenUpAt ? 'given up' : 'waiting';

export const messageView = (message: OutboxMessage): MessageView => ({
  id: message.id,
  type: typeOf(message.happening),
  target: message.target,
  provider: message.sink.provider,
  state: stateOf(message),
  since: message.at.toISOString(),
  attempts: message.attempts,
  last_attempt: message.attemptedAt?.toISOString() ?? null,
  next_attempt: stateOf(message) === 'waiting' ? message.nextAt.toISOString() : null,
  problem: message.problem,
});

interface Waiting {
  readonly lockTimeoutMs: number;
  readonly targets: readonly string[];
}

const named = ({ targets }: Waiting) => (targets.length > 0 ? { targets } : {});

/** `m3forge notify list`: what waits to be sent and what was given up, newest first. */
export const listNotifications = (
  context: OperationContext,
  request: Waiting & { readonly delivered: boolean },
): Promise<Outcome<readonly MessageView[]>> =>
  withSession(context, { command: 'm3forge notify list', permit: 'view', ...request }, async ({ state, config }) => {
    for (const name of request.targets) requireTarget(config, name);
    const messages = await listOutbox(state, { ...named(request), delivered: request.delivered });
    return success(messages.map(messageView));
  });

/** `m3forge notify deliver`: sends all that waits, also what is not due yet; asked for it, what was given up as well. */
export const deliverNotifications = (
  context: OperationContext,
  request: Waiting & { readonly givenUp: boolean },
): Promise<Outcome<readonly Delivery[]>> =>
  withSession(
    context,
    { command: 'm3forge notify deliver', permit: 'operate', ...request },
    async ({ state, config }) => {
      for (const name of request.targets) requireTarget(config, name);
      if (request.givenUp) await tryAgain(state, named(request).targets);
      const manner = { ...patienceOfPeople, ...named(request), signal: context.system.interrupted };
      return success(await deliver(context, { state, project: config.project, all: true, ...manner }));
    },
  );
