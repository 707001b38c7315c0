import { type Diagnostic, Refusal, refuse } from '../diagnostics/index.ts';
import { shortened, visible } from '../values/index.ts';
import { isUnreadable } from './source-control-answer.ts';

/** What was asked of a host. */
export interface Ask {
  /** As the rest of "… cannot": such as `read pull request 7`. */
  readonly what: string;
}

interface Surroundings extends Ask {
  readonly host: string;
  readonly redact: (text: string) => string;
}

/** What libraries throw for an answer: octokit an error with `status`, gitea-js the response with what it read as `error`. */
interface Answered {
  readonly status?: unknown;
  readonly cause?: unknown;
  readonly response?: { readonly data?: unknown };
  readonly error?: unknown;
}

const longestWords = 200;

/** What the host says itself, in one line. */
const wordsOf = ({ response, error }: Answered, redact: (text: string) => string): string => {
  const said = (response?.data ?? error) as { readonly message?: unknown } | null | undefined;
  const message = typeof said === 'object' && said !== null ? said.message : undefined;
  if (typeof message !== 'string' || message === '') return '';
  // Redacted before it is cut: half a secret is not known.
  return `: ${visible(shortened(redact(message).trim().split('\n')[0] ?? '', longestWords))}`;
};

const causeOf = (error: unknown): Refusal | undefined => {
  if (error instanceof Refusal) return error;
  const { cause, error: inner } = (typeof error === 'object' && error !== null ? error : {}) as Answered;
  if (cause instanceof Refusal) return cause;
  return inner instanceof Refusal ? inner : undefined;
};

const unreachable: ReadonlySet<string> = new Set(['http-unreachable', 'http-timeout', 'http-response-invalid']);

const ofCause = (refusal: Refusal, what: string): Refusal => {
  const told = refusal.diagnostics.map((one): Diagnostic => {
    const detail = `Cannot ${what}. ${one.detail}`;
    if (unreachable.has(one.code)) return { ...one, code: 'source-control-unreachable', detail };
    return isUnreadable(refusal) ? { ...one, detail } : one;
  });
  return new Refusal(told, { cause: refusal });
};

/** The status of an answer that a library made an error of; undefined where there was none. Pure. */
export const statusOf = (error: unknown): number | undefined => {
  if (causeOf(error)) return undefined;
  const { status } = (typeof error === 'object' && error !== null ? error : {}) as Answered;
  return typeof status === 'number' ? status : undefined;
};

/** What a failed request comes to; what means nothing here is a bug, and comes back as it is. */
export const refusalOf = (error: unknown, { what, host, redact }: Surroundings): unknown => {
  const cause = causeOf(error);
  if (cause) return ofCause(cause, what);
  const status = statusOf(error);
  if (status === undefined) return error;
  const said = `${host} says HTTP ${status}${wordsOf(error as Answered, redact)}`;
  const detail = `Cannot ${what}: ${said}.`;
  if (status === 401 || status === 403) {
    return refuse('source-control-refused', {
      detail,
      hint: 'See whether `source_control.token` still counts, and whether it may do this in this repository: docs/source-control.md names the rights.',
    });
  }
  if (status === 404) {
    return refuse('source-control-unknown', {
      detail,
      hint: 'See whether `source_control.repository` is right. What a token may not see does not exist for it.',
    });
  }
  if (status >= 500) {
    return refuse('source-control-unreachable', { detail, hint: 'It was tried several times; try again later.' });
  }
  return refuse('source-control-answer', { detail });
};
