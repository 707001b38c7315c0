import { Refusal, refuse } from '../../engine/diagnostics/index.ts';
import { shortened, visible } from '../../engine/values/index.ts';

/** What nodemailer says of a failure, beyond its message. */
interface MailError {
  readonly code?: unknown;
  /** The code of the system, such as ECONNREFUSED. */
  readonly originalCode?: unknown;
  /** The code of the server, such as 550, and its words. */
  readonly responseCode?: unknown;
  readonly response?: unknown;
}

/** The words of a server are only good for a line. */
const longestAnswer = 200;

const answerOf = ({ response }: MailError, redact: (text: string) => string): string =>
  typeof response === 'string' ? visible(shortened(redact(response.replaceAll(/\s*\n\s*/g, ' ')), longestAnswer)) : '';

const connectionCodes: ReadonlySet<unknown> = new Set([
  ...['ECONNECTION', 'ETIMEDOUT', 'ESOCKET', 'EDNS', 'EPROTOCOL', 'ESTREAM', 'EABORT', 'ETLS'],
]);

/** A certificate that is not trusted is found by the socket, too. */
const isTls = ({ code, originalCode }: MailError): boolean =>
  code === 'ETLS' || /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|\w*SELF_SIGNED_CERT)/.test(String(originalCode));

const isLogin = (code: unknown): boolean => code === 'EAUTH' || code === 'ENOAUTH';

/** By RFC 5321 a 5yz says no for good, and a 4yz for now; 530 and 535 say no to whoever is asking, not to the message. */
const isForGood = ({ responseCode }: MailError): boolean =>
  typeof responseCode === 'number' && responseCode >= 500 && responseCode !== 530 && responseCode !== 535;

/**
 * What a failed mail comes to: a `Refusal` that names the server, with a code and what the server said. An error that means
 * nothing here is a bug and is returned as it is.
 */
export const mailProblem = (error: unknown, server: string, redact: (text: string) => string): unknown => {
  if (error instanceof Refusal || typeof error !== 'object' || error === null) return error;
  const found: MailError = error;
  const { code, originalCode } = found;
  const answer = answerOf(found, redact);
  const said = answer === '' ? String(originalCode ?? code) : answer;
  if (isLogin(code)) {
    return refuse(
      'notifier-denied',
      {
        detail: `${server} does not take the login (${said}).`,
        hint: 'See whether user and password in the variable are still right, and percent-encoded.',
      },
      error,
    );
  }
  if (isTls(found)) {
    return refuse(
      'notifier-unreachable',
      {
        detail: `${server} does not prove who it is, or speaks no TLS (${said}).`,
        hint: 'With a password, STARTTLS is demanded. Have Node trust whoever signed its certificate:\n\n    export NODE_EXTRA_CA_CERTS=FILE',
      },
      error,
    );
  }
  if (connectionCodes.has(code)) {
    const detail = `${server} cannot be reached, or does not go on speaking (${said}).`;
    return refuse(
      'notifier-unreachable',
      { detail, hint: 'See whether host and port are right, and the server runs.' },
      error,
    );
  }
  if (code !== 'EENVELOPE' && code !== 'EMESSAGE') return error;
  return isForGood(found)
    ? refuse('notifier-message-refused', { detail: `${server} does not take this mail (${said}).` }, error)
    : refuse('notifier-unreachable', { detail: `${server} does not take mail now (${said}).` }, error);
};
