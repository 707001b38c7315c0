import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { MailServerManner, MailServerMessage } from './mail-server-process.ts';

/** One mail as the server took it. */
export type TakenMail = Extract<MailServerMessage, { readonly mail: unknown }>['mail'];

/** A real SMTP server in a process of its own. */
export interface MailServer extends AsyncDisposable {
  readonly port: number;
  readonly mails: TakenMail[];
  /** The next mail that comes in. */
  readonly next: () => Promise<TakenMail>;
}

const program = join(import.meta.dirname, 'mail-server-process.ts');

export const startMailServer = async (manner: MailServerManner = { plain: true }): Promise<MailServer> => {
  const child = fork(program, [JSON.stringify(manner)], { execArgv: ['--no-warnings'], stdio: 'inherit' });
  const [first] = (await once(child, 'message')) as [MailServerMessage];
  if (!('port' in first)) throw new Error('the mail server did not begin with its port');
  const mails: TakenMail[] = [];
  child.on('message', (message: MailServerMessage) => {
    if ('mail' in message) mails.push(message.mail);
  });
  return {
    port: first.port,
    mails,
    next: async () => {
      const [message] = (await once(child, 'message')) as [MailServerMessage];
      if (!('mail' in message)) throw new Error('the mail server said something else');
      return message.mail;
    },
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
};

/** The headers of a mail by name, folded lines put together, and its text. */
export const readMail = ({
  raw,
}: TakenMail): { readonly headers: ReadonlyMap<string, string>; readonly text: string } => {
  const [head = '', ...body] = raw.split('\r\n\r\n');
  const lines = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n');
  const headers = new Map(lines.map((line) => [line.split(':')[0] ?? '', line.replace(/^[^:]*:\s*/, '')] as const));
  return { headers, text: body.join('\r\n\r\n').replaceAll('\r\n', '\n') };
};
