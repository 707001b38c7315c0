import { refuse } from '../diagnostics/index.ts';
import { createHttpClient, type HttpResponse } from '../http/index.ts';
import type { System } from '../system/index.ts';
import { shortened, visible } from '../values/index.ts';
import type { SendOrder } from './notifier.ts';

/** What a notifier posts, and how the answer is to be understood. */
export interface NotifierPost {
  /** Who is asked, for people. */
  readonly label: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** Statuses that say something against this one message. */
  readonly refusesMessage: (status: number) => boolean;
  /** What to do where the address or the secret is not taken. */
  readonly hint: string;
  readonly redact: (text: string) => string;
}

/** The words of a receiver are only good for a line. */
const longestAnswer = 200;

const answerOf = ({ body }: HttpResponse, redact: (text: string) => string): string => {
  // Redacted before it is cut: half a secret is not known.
  const [line = ''] = redact(body.toString('utf8')).trim().split('\n');
  return line === '' || line.startsWith('<') ? '' : `: ${visible(shortened(line, longestAnswer))}`;
};

const isDenial = (status: number): boolean => [401, 403, 404, 405, 410].includes(status);

const answerProblem = (response: HttpResponse, post: NotifierPost): Error => {
  const { status } = response;
  const said = `HTTP ${status}${answerOf(response, post.redact)}`;
  if (post.refusesMessage(status)) {
    return refuse('notifier-message-refused', { detail: `${post.label} does not take this message (${said}).` });
  }
  if (isDenial(status) || (status >= 300 && status < 400)) {
    const detail = `${post.label} takes nothing from here (${said}).`;
    return refuse('notifier-denied', { detail, hint: post.hint });
  }
  return refuse('notifier-unreachable', {
    detail: `${post.label} cannot take anything now (${said}).`,
    hint: 'It is tried again later.',
  });
};

/**
 * Posts JSON, once. Any status of 200 to 299 is success; redirects are not followed, because a body that is sent elsewhere
 * gives away what it holds. Throws `Refusal`: an `http-…` code where nobody answers, else one of `notifier-…`.
 */
export const postNotice = async (
  system: System,
  { timeoutMs, signal }: Pick<SendOrder, 'timeoutMs' | 'signal'>,
  post: NotifierPost,
): Promise<void> => {
  const client = createHttpClient(system);
  try {
    const response = await client.request({
      method: 'POST',
      url: post.url,
      headers: { 'content-type': 'application/json', 'user-agent': 'm3forge', ...post.headers },
      body: post.body,
      timeoutMs,
      signal,
      maxRedirects: 0,
    });
    if (response.status < 200 || response.status > 299) throw answerProblem(response, post);
  } finally {
    await client.close();
  }
};
