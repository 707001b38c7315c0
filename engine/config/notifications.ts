import type { ParsedDocument } from '../documents/index.ts';
import type { JsonObject, StructuralPath } from '../values/index.ts';
import type { NotificationConfig } from './config.ts';
import type { NotificationFile } from './file-notifications.ts';
import { shownOptions } from './provider-options.ts';
import { optionsOf } from './providers.ts';

/** The keys that say something to each provider; those that it cannot do without are marked. */
export const keysOfNotifiers: Readonly<
  Record<NotificationFile['provider'], Readonly<Partial<Record<keyof NotificationFile, 'required' | 'optional'>>>>
> = {
  slack: { url: 'required' },
  email: { url: 'required', from: 'required', to: 'required' },
  pagerduty: { routing_key: 'required', url: 'optional' },
  webhook: { url: 'required', secret: 'required' },
};

/** Every key that is told to some provider. */
export const keysOfNotifications: ReadonlySet<unknown> = new Set(Object.values(keysOfNotifiers).flatMap(Object.keys));

/** Who is told of a target, in the order of the file. */
export const notificationsOf = (
  written: readonly NotificationFile[] | undefined,
  path: StructuralPath,
  locate: ParsedDocument['locate'],
): readonly NotificationConfig[] =>
  (written ?? []).flatMap((entry, index): readonly NotificationConfig[] => {
    // What was refused has had its complaint, and its place in the list.
    if (entry === null || entry.provider === undefined) return [];
    const { provider, events, ...options } = entry;
    return [
      {
        provider,
        ...(events && { events: events.filter((event) => event !== null) }),
        options: optionsOf(options),
        at: (inside) => locate([...path, index, ...inside]),
      },
    ];
  });

/** One as it is compared and recorded, in the words of the file. */
export const notificationBody = ({ provider, events, options }: NotificationConfig): JsonObject => ({
  provider,
  events: events ?? null,
  ...shownOptions(options),
});
