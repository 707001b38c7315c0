/**
 * A notifier at PagerDuty, through the Events API v2.
 *
 * Promises that a failure is one alert for as long as it lasts, that the next success resolves it, that nothing else calls
 * anybody, and that no text holds the integration key. It may not know what a release is.
 */
import { type Notifier, type NotifierContext, type Provider, postNotice } from '../../engine/provider/index.ts';
import { pagerDutyEvents } from './events.ts';

const usualUrl = 'https://events.pagerduty.com';

/** Options: `routing_key`, the integration key; `url`, where the service is another one than the usual. */
const notifier = ({ system, options, redact }: NotifierContext): Notifier => {
  const key = String(options.routing_key);
  const url = String(options.url ?? usualUrl).replace(/\/+$/, '');
  const label = 'PagerDuty';
  return {
    label,
    compose: (notice) =>
      pagerDutyEvents(notice, key).map(({ path, body }) => ({
        to: `POST ${url}${path}`,
        headers: { 'content-type': 'application/json', 'idempotency-key': notice.id },
        body: JSON.stringify(body),
      })),
    send: async ({ notice, ...order }) => {
      for (const { path, body } of pagerDutyEvents(notice, key)) {
        await postNotice(system, order, {
          ...{ label, url: `${url}${path}`, redact, body: JSON.stringify(body) },
          headers: { 'idempotency-key': notice.id },
          // By its contract, 400 is never tried again as it is.
          refusesMessage: (status) => status === 400 || status === 413,
          hint: 'See whether the integration is still there, and whether the variable holds its key.',
        });
      }
      return { remark: undefined };
    },
  };
};

export const pagerduty: Provider = { name: 'pagerduty', notifier };
