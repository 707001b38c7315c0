import { Webhook } from 'standardwebhooks';
import { refuse } from '../../engine/diagnostics/index.ts';

/** Of bytes: what is shorter can be guessed, what is longer is of no use (RFC 2104, and what Standard Webhooks allows). */
const shortestKey = 24;
const longestKey = 64;

const isSecret = (text: string): boolean => {
  const [, key = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const { length } = Buffer.from(key, 'base64');
  return length >= shortestKey && length <= longestKey;
};

/** The secrets in a text, of which there are two while one takes the place of the other. It is never shown. */
const secretsIn = (text: string): readonly string[] => {
  const secrets = text.trim().split(/\s+/);
  if (secrets.every(isSecret)) return secrets;
  throw refuse('notifier-options', {
    detail: 'What `secret` comes to is not what a webhook is signed with: `whsec_` and 24 to 64 bytes in base64.',
    hint: 'Make one, and let the receiver have it as well:\n\n    echo "whsec_$(openssl rand -base64 32)"',
  });
};

/** The headers by which a receiver knows who has sent a body, when, and whether it has it already: Standard Webhooks. */
export const signedHeaders = (
  secret: string,
  message: { readonly id: string; readonly at: Date; readonly body: string },
): Readonly<Record<string, string>> => ({
  'webhook-id': message.id,
  'webhook-timestamp': String(Math.floor(message.at.getTime() / 1000)),
  'webhook-signature': secretsIn(secret)
    .map((one) => new Webhook(one).sign(message.id, message.at, message.body))
    .join(' '),
});
