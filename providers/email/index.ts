/**
 * A notifier by mail, through a server that speaks SMTP.
 *
 * Promises that a password is only sent over verified TLS, that what people wrote adds no header and no recipient, that a
 * mail has one Message-ID however often it is sent, and that no text holds the password. It may not know what a release is.
 */
import type { ComposedMessage, Notice, Notifier, NotifierContext, Provider } from '../../engine/provider/index.ts';
import type { JsonObject, JsonValue } from '../../engine/values/index.ts';
import { mailProblem } from './errors.ts';
import { type Mail, mailOf } from './mail.ts';
import { type MailServer, mailServerOf } from './server.ts';

const recipientsOf = ({ to }: JsonObject): readonly string[] =>
  Array.isArray(to) ? (to as readonly JsonValue[]).map(String) : [];

const transportOf = async ({ host, port, secure, login }: MailServer, timeoutMs: number) => {
  const { createTransport } = await import('nodemailer');
  return createTransport({
    ...{ host, port, secure },
    ...(login && { auth: login }),
    // Without a password there is nothing that somebody on the way could use, and some servers of a house have no TLS.
    requireTLS: login !== undefined && !secure,
    tls: { minVersion: 'TLSv1.2' },
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs, dnsTimeout: timeoutMs },
    // What people wrote is text: it may name no file and no URL that would be sent along.
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
};

const composed = (mail: Mail, from: string, to: readonly string[], url: string): ComposedMessage => ({
  to: `MAIL by ${url}`,
  headers: {
    From: from,
    To: to.join(', '),
    Subject: mail.subject,
    'Message-ID': mail.messageId,
    References: mail.references,
    ...mail.headers,
  },
  body: mail.text,
});

/** Options: `url` of the server, `from`, and a list `to`. */
const notifier = ({ options, redact }: NotifierContext): Notifier => {
  const [from, to, url] = [String(options.from), recipientsOf(options), String(options.url)];
  const mailFor = (notice: Notice): Mail => mailOf(notice, from);
  return {
    label: to.join(', '),
    compose: (notice) => [composed(mailFor(notice), from, to, url)],
    send: async ({ notice, timeoutMs, signal }) => {
      const server = mailServerOf(url);
      const transport = await transportOf(server, timeoutMs);
      try {
        const { rejected } = await transport.sendMail({ ...mailFor(notice), from, to: [...to], signal });
        return { remark: rejected.length === 0 ? undefined : `It was not taken for ${rejected.join(', ')}.` };
      } catch (error) {
        throw mailProblem(error, `${server.host}:${server.port}`, redact);
      } finally {
        transport.close();
      }
    },
  };
};

export const email: Provider = { name: 'email', notifier };
