import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

/** What is told to the process that started this one. */
export type MailServerMessage =
  | { readonly port: number }
  | {
      readonly mail: {
        readonly from: string;
        readonly to: readonly string[];
        readonly raw: string;
        readonly secure: boolean;
        readonly user: string | null;
      };
    };

/** How the server behaves; the first argument, as JSON. */
export interface MailServerManner {
  readonly key?: string;
  readonly cert?: string;
  /** TLS from the first byte. */
  readonly secure?: boolean;
  /** STARTTLS is not offered. */
  readonly plain?: boolean;
  /** Who may send; everybody where it is not given. */
  readonly login?: { readonly user: string; readonly pass: string };
  /** Recipients that are not taken, and with which code. */
  readonly refuses?: Readonly<Record<string, number>>;
}

const manner: MailServerManner = JSON.parse(process.argv[2] ?? '{}');
const { key, cert, login, refuses = {} } = manner;

const coded = (responseCode: number, message: string): Error => Object.assign(new Error(message), { responseCode });

const say = (message: MailServerMessage): void => void process.send?.(message);

const server = new SMTPServer({
  ...(key && cert && { key, cert }),
  secure: manner.secure === true,
  authOptional: login === undefined,
  disabledCommands: manner.plain === true ? ['STARTTLS'] : [],
  allowInsecureAuth: false,
  disableReverseLookup: true,
  onAuth: ({ username, password }, _session, done) => {
    if (username === login?.user && password === login?.pass) done(null, { user: username });
    // A server that repeats what it was told is the worst that can happen to a password.
    else done(coded(535, `Wrong login ${username} ${password}`));
  },
  onRcptTo: ({ address }, _session, done) => {
    const code = refuses[address];
    done(code === undefined ? null : coded(code, `No mailbox ${address}`));
  },
  onData: (stream, session, done) => {
    void text(stream).then((raw) => {
      const { mailFrom, rcptTo } = session.envelope;
      const from = mailFrom === false ? '' : mailFrom.address;
      const user = typeof session.user === 'string' ? session.user : null;
      say({ mail: { from, to: rcptTo.map(({ address }) => address), raw, secure: session.secure, user } });
      done(null);
    });
  },
});

// A client that gives up is part of what is tried.
server.on('error', () => undefined);
server.listen(0, '127.0.0.1', () => say({ port: (server.server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit(0));
