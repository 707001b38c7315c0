import type { Notice } from '../../engine/provider/index.ts';
import { digestOfBytes, type JsonObject, shortened } from '../../engine/values/index.ts';

/** One request to the Events API v2: where it goes, below the address of the service, and its body. */
export interface PagerDutyEvent {
  readonly path: '/v2/enqueue' | '/v2/change/enqueue';
  readonly body: JsonObject;
}

/** What is longer is refused. */
const limits = { summary: 1024, key: 255 } as const;

const severities: Readonly<Record<Notice['tone'], string>> = {
  news: 'info',
  success: 'info',
  trouble: 'error',
  alarm: 'critical',
};

/** A name that is too long is one by its digest: cut off, two could be the same. */
const dedupKey = (key: string): string => (key.length <= limits.key ? key : `m3forge/${digestOfBytes(key)}`);

const detailsOf = ({ facts, text, commands, type }: Notice): JsonObject => ({
  ...Object.fromEntries(facts),
  event: type,
  ...(text !== undefined && { details: text }),
  ...(commands.length > 0 && { commands: commands.join('\n') }),
});

const alertOf = (notice: Notice, routingKey: string): readonly PagerDutyEvent[] => {
  const { alert, tone, title, project, at, type } = notice;
  if (!alert) return [];
  const named = { routing_key: routingKey, dedup_key: dedupKey(alert.key) };
  if (alert.action === 'close') return [{ path: '/v2/enqueue', body: { ...named, event_action: 'resolve' } }];
  const payload = {
    summary: shortened(title, limits.summary),
    source: project,
    severity: severities[tone],
    timestamp: at.toISOString(),
    class: type,
    custom_details: detailsOf(notice),
  };
  return [{ path: '/v2/enqueue', body: { ...named, event_action: 'trigger', client: 'm3forge', payload } }];
};

const changeOf = (notice: Notice, routingKey: string): PagerDutyEvent => ({
  path: '/v2/change/enqueue',
  body: {
    routing_key: routingKey,
    payload: {
      summary: shortened(notice.title, limits.summary),
      source: notice.project,
      timestamp: notice.at.toISOString(),
      custom_details: detailsOf(notice),
    },
  },
});

/**
 * What goes wrong is an alert, which calls somebody; what goes well closes it. Everything else is a change, which calls
 * nobody, and so is a success. The alert comes first: sent again after a half, a change stands there twice, and an alert
 * still once.
 */
export const pagerDutyEvents = (notice: Notice, routingKey: string): readonly PagerDutyEvent[] => [
  ...alertOf(notice, routingKey),
  ...(notice.alert?.action === 'open' ? [] : [changeOf(notice, routingKey)]),
];
