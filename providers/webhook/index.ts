/**
 * A notifier for programs: a request to a URL of yours, signed as Standard Webhooks says.
 *
 * Promises that a message has one id however often it is sent, that each attempt is signed with its own time, that nobody
 * is followed elsewhere, and that no text holds the secret. It may not know what a release is.
 */
import {
  type Notice,
  type Notifier,
  type NotifierContext,
  type Provider,
  postNotice,
} from '../../engine/provider/index.ts';
import { signedHeaders } from './signing.ts';

const idOf = ({ id }: Notice): string => `msg_${id}`;

const bodyOf = ({ type, at, project, title, data }: Notice): string =>
  JSON.stringify({ type, timestamp: at.toISOString(), data: { project, title, ...data } });

/** For people; the rest of the address may hold what is nobody's business. */
const labelOf = (url: string): string => URL.parse(url)?.host ?? url;

/** Options: `url`, and `secret`, one `whsec_…` or two with a space between. */
const notifier = ({ system, options, redact }: NotifierContext): Notifier => {
  const url = String(options.url);
  const label = labelOf(url);
  return {
    label,
    compose: (notice) => [
      {
        to: `POST ${url}`,
        headers: {
          'content-type': 'application/json',
          'webhook-id': idOf(notice),
          'webhook-timestamp': 'when it is sent',
          'webhook-signature': 'v1,… by the secret',
        },
        body: bodyOf(notice),
      },
    ],
    send: async ({ notice, ...order }) => {
      const body = bodyOf(notice);
      await postNotice(system, order, {
        ...{ label, url, redact, body },
        headers: signedHeaders(String(options.secret), { id: idOf(notice), at: system.clock.now(), body }),
        refusesMessage: (status) => status === 400 || status === 413 || status === 422,
        hint: 'See whether the receiver knows the secret, and whether the URL is still the right one.',
      });
      return { remark: undefined };
    },
  };
};

export const webhook: Provider = { name: 'webhook', notifier };
