import {
  type NotificationConfig,
  resolveOptions,
  type TargetConfig,
  variablesIn,
  withItsParts,
} from '../config/index.ts';
import { Refusal, type SourceRange } from '../diagnostics/index.ts';
import type { Notifier, ProviderHost } from '../provider/index.ts';
import type { Sink } from '../state/index.ts';
import type { System } from '../system/index.ts';
import { type JsonObject, type JsonValue, type Redactor, Secret } from '../values/index.ts';

/** What opening a notifier takes. */
export interface Surroundings {
  readonly system: System;
  readonly host: ProviderHost;
  readonly redactor: Redactor;
}

const textsOf = (value: JsonValue): readonly string[] => {
  if (typeof value === 'string') return [value];
  return value === null || typeof value !== 'object' ? [] : Object.values(value).flatMap(textsOf);
};

const variablesOf = (options: JsonObject): readonly string[] => [...new Set(textsOf(options).flatMap(variablesIn))];

/** The environment variables that somebody needs and that are not set here. */
export const missingVariables = ({ options }: Sink, { env }: Pick<System, 'env'>): readonly string[] =>
  variablesOf(options).filter((name) => !env(name));

/**
 * What the variables of all notifications hold. Nothing is sent by it: a smoke test may print its whole environment before
 * anybody is told anything.
 */
export const secretsOfNotifications = (
  targets: Iterable<Pick<TargetConfig, 'notifications'>>,
  { env }: Pick<System, 'env'>,
): readonly Secret[] =>
  [
    ...new Set(
      [...targets].flatMap(({ notifications }) => notifications.flatMap(({ options }) => variablesOf(options))),
    ),
  ]
    .flatMap((name) => env(name) ?? [])
    .flatMap((value) => withItsParts(new Secret(value)));

/** What is kept in the outbox stands in no file. */
const nowhere = (): SourceRange => {
  const start = { line: 1, column: 1, byte: 0 };
  return { filename: 'm3forge.yaml', start, end: start };
};

/** A notifier with its secrets, which are shown by nobody from here on. Throws `Refusal` where a variable is not set. */
export const openNotifier = async (
  { system, host, redactor }: Surroundings,
  { provider, options }: Sink,
  at: NotificationConfig['at'] = nowhere,
): Promise<Notifier> => {
  const resolved = resolveOptions(options, at, system);
  if (!resolved.ok) throw new Refusal(resolved.diagnostics);
  for (const secret of resolved.value.secrets.flatMap(withItsParts)) redactor.add(secret);
  return host.open(provider, 'notifier', { system, options: resolved.value.options, redact: redactor.redact });
};

/** The same for composing alone: without secrets, and so wherever their variables are not set. */
export const openComposer = (
  { system, host, redactor }: Surroundings,
  { provider, options }: Sink,
): Promise<Notifier> => host.open(provider, 'notifier', { system, options, redact: redactor.redact });
