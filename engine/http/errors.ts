import { Refusal, refuse } from '../diagnostics/index.ts';

/** The code of an error, or its name: a parser error of undici does not always have a code. */
const codeOf = (error: unknown): string => {
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  return typeof code === 'string' ? code : String(name);
};

const connectionCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EACCES',
  'EPERM',
]);

const isTls = (code: string): boolean =>
  /^(?:ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|UND_ERR_PRX_TLS$)/.test(code) ||
  ['EPROTO', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'HOSTNAME_MISMATCH', 'INVALID_CA'].includes(
    code,
  );

const isTimeout = (code: string): boolean => code === 'ETIMEDOUT' || /^UND_ERR_\w+_TIMEOUT$/.test(code);

/** A proxy that answers CONNECT with anything but 200, is not there, or wants to know who asks. */
const isProxyRefusal = (code: string, error: unknown): boolean =>
  code === 'UND_ERR_PRX_CONN' ||
  (/^UND_ERR_(?:ABORTED|INVALID_ARG)$/.test(code) &&
    /^Proxy (?:response|Authentication) /.test(String((error as Error).message)));

const isUnreadable = (code: string): boolean =>
  /^(?:HPE_|Z_|ERR_+BROTLI|ERR_PADDING|ERR_+ERROR_FORMAT)/.test(code) ||
  code === 'HTTPParserError' ||
  code === 'UND_ERR_HEADERS_OVERFLOW' ||
  code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH';

/**
 * What a failed exchange comes to: a `Refusal` that names the host, and the error's code but never its message, which may
 * quote a header. An error that means nothing here is a bug and is returned as it is.
 */
export const exchangeProblem = (error: unknown, host: string): unknown => {
  if (error instanceof Refusal) return error;
  const code = codeOf(error);
  if (isProxyRefusal(code, error)) {
    return refuse('http-unreachable', {
      detail: `The proxy does not lead to ${host}.`,
      hint: 'See whether it asks for a user and a password, and what NO_PROXY should hold.',
    });
  }
  if (code === 'UND_ERR_INVALID_ARG') {
    return refuse('http-request-invalid', {
      detail: `The request to ${host} has a header that cannot be sent.`,
      hint: 'Look for a line break at the end of a token.',
    });
  }
  if (isTls(code)) {
    return refuse('http-tls', { detail: `${host} does not prove who it is, or speaks no TLS (${code}).` }, error);
  }
  if (isTimeout(code)) return refuse('http-timeout', { detail: `${host} does not answer (${code}).` }, error);
  if (isUnreadable(code)) {
    return refuse('http-response-invalid', { detail: `${host} answered, but not in readable HTTP (${code}).` }, error);
  }
  if (code === 'UND_ERR_SOCKET') {
    return refuse('http-unreachable', { detail: `${host} closed the connection before it had answered.` }, error);
  }
  if (connectionCodes.has(code)) {
    return refuse('http-unreachable', { detail: `${host} cannot be reached (${code}).` }, error);
  }
  return error;
};
