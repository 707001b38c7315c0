import { type DiagnosticCode, Refusal, refuse } from '../diagnostics/index.ts';
import { explainMissing } from './missing.ts';

interface Explanation {
  readonly code: DiagnosticCode;
  /** Ends the sentence "The database LABEL …". */
  readonly says: string;
  readonly hint?: string;
}

const unreachable: Explanation = {
  code: 'database-unreachable',
  says: 'cannot be reached',
  hint: 'Check host and port in the URL, that the server runs, and that no firewall is in between.',
};

const loginRefused: Explanation = {
  code: 'database-login-refused',
  says: 'refuses this user or password',
  hint: "Check user and password in the URL (special characters are percent-encoded) and the server's pg_hba.conf.",
};

const tlsFailed: Explanation = {
  code: 'database-tls-failed',
  says: 'cannot be reached over a verified TLS connection',
  hint: 'Name its certificate authority with sslrootcert=FILE in the URL, or use sslmode=disable on a network you trust.',
};

const connectionLost: Explanation = {
  code: 'database-connection-lost',
  says: 'closed the connection, or the network broke it',
};

/** What the server's own error codes mean to the one who runs a command. */
const byState: Readonly<Record<string, Explanation>> = {
  '28P01': loginRefused,
  '28000': loginRefused,
  '3D000': {
    code: 'database-unknown',
    says: 'does not exist on its server',
    hint: 'Create it, or correct the name at the end of the URL.',
  },
  '42501': {
    code: 'database-privilege-missing',
    says: 'does not allow this user to do that',
    hint: 'The user needs CREATE on the database for the first apply, and owns what m3forge creates.',
  },
  '53300': {
    code: 'database-too-many-connections',
    says: 'has no connection left',
    hint: 'Try again later, or raise max_connections; m3forge needs two.',
  },
  '25006': {
    code: 'database-read-only',
    says: 'is read-only',
    hint: 'The URL may lead to a standby; use the one of the primary.',
  },
  '53100': {
    code: 'database-disk-full',
    says: 'has no disk space left',
    hint: 'Make room on the disk of the database, then run the same command again.',
  },
  '57014': {
    code: 'database-timeout',
    says: 'ended a statement that took too long',
    hint: 'Another session may hold a lock; look at pg_stat_activity.',
  },
  '55P03': {
    code: 'place-locked-by-session',
    says: 'has another session that holds a lock on the place and does not let go of it',
    hint: 'Find that session in pg_stat_activity, end what it does, and run the same command again.',
  },
  '57P03': { ...unreachable, says: 'is starting up or shutting down', hint: 'Try again in a moment.' },
  XX001: { code: 'database-corrupted', says: 'reports damaged data' },
  XX002: { code: 'database-corrupted', says: 'reports a damaged index' },
};

const unreachableCodes = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'EACCES',
];
const lostStates =
  /^(08...|57P01|57P02|57P05|25P03|ECONNRESET|EPIPE|ERR_STREAM_(DESTROYED|PREMATURE_CLOSE|WRITE_AFTER_END))$/;
const lostMessages = /connection terminated|not queryable|connection error|client was closed|server closed/i;
const tlsCodes = /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/;

/** A file that the URL names, such as its `sslrootcert`, could not be opened. */
const certificateUnreadable: Explanation = {
  ...tlsFailed,
  says: 'cannot be reached, because a certificate file that its URL names cannot be read',
  hint: 'Check sslrootcert, sslcert and sslkey in the URL.',
};

const explanationOf = (code: string, message: string, phase: 'connecting' | 'working'): Explanation | undefined => {
  if (Object.hasOwn(byState, code)) return byState[code];
  if (tlsCodes.test(code) || /does not support SSL|SSL connection/i.test(message)) return tlsFailed;
  if (/password must be a string|SASL|SCRAM/.test(message)) return loginRefused;
  if (phase === 'connecting') {
    const cannotConnect =
      unreachableCodes.includes(code) || lostStates.test(code) || /timeout|terminated/i.test(message);
    return cannotConnect ? unreachable : undefined;
  }
  return lostStates.test(code) || code === 'ETIMEDOUT' || lostMessages.test(message) ? connectionLost : undefined;
};

/**
 * A `Refusal` for what a user can mend, by the server's error code; any other error as it came, for it is a bug of ours.
 * The server's message is not repeated where it could name more than the label does.
 */
export const explainServerError = (error: unknown, label: string, phase: 'connecting' | 'working'): unknown => {
  if (error instanceof Refusal || !(error instanceof Error)) return error;
  const code = String((error as { readonly code?: unknown }).code ?? '');
  const isFile = (error as { readonly syscall?: unknown }).syscall === 'open';
  const explanation = isFile ? certificateUnreadable : explanationOf(code, error.message, phase);
  if (!explanation) return explainMissing(code, error, label) ?? error;
  const reason = code ? ` (${code})` : '';
  return refuse(
    explanation.code,
    { detail: `The database ${label} ${explanation.says}${reason}.`, hint: explanation.hint },
    error,
  );
};

export const lostConnection = (label: string): Refusal =>
  refuse(connectionLost.code, { detail: `The database ${label} ${connectionLost.says}.`, hint: connectionLost.hint });
