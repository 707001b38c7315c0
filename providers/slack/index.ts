/**
 * A notifier in a channel of Slack, through an incoming webhook.
 *
 * Promises that nothing people wrote becomes a link, a mention or a style there, that a message is never longer than Slack
 * takes, and that no text holds the address of the webhook, which is a secret. It may not know what a release is.
 */
import { type Notifier, type NotifierContext, type Provider, postNotice } from '../../engine/provider/index.ts';
import { slackMessage } from './blocks.ts';

/** Options: `url`, the incoming webhook. */
const notifier = ({ system, options, redact }: NotifierContext): Notifier => {
  const url = String(options.url);
  const label = 'Slack';
  return {
    label,
    compose: (notice) => [
      {
        to: `POST ${url}`,
        headers: { 'content-type': 'application/json', 'idempotency-key': notice.id },
        body: JSON.stringify(slackMessage(notice)),
      },
    ],
    send: async ({ notice, ...order }) => {
      await postNotice(system, order, {
        ...{ label, url, redact, body: JSON.stringify(slackMessage(notice)) },
        headers: { 'idempotency-key': notice.id },
        // 400 says that the message itself cannot be read.
        refusesMessage: (status) => status === 400 || status === 413,
        hint: 'See whether the app and its channel are still there, and whether the variable holds the whole address of the webhook.',
      });
      return { remark: undefined };
    },
  };
};

export const slack: Provider = { name: 'slack', notifier };
