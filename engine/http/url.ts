import { refuse } from '../diagnostics/index.ts';

const invalid = (detail: string, hint: string) => refuse('http-request-invalid', { detail, hint });

/** The URL, if it is one that may be asked. The text itself is never shown: a secret may stand in it. */
export const parseUrl = (text: string): URL => {
  const url = URL.parse(text);
  if (!url) throw invalid('A URL cannot be read.', 'Write it in full, such as https://example.com/status.');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw invalid(`A URL has the scheme "${url.protocol.slice(0, -1)}".`, 'Only http and https are possible.');
  }
  if (url.username !== '' || url.password !== '') {
    throw invalid(`The URL of ${url.host} holds a user name or a password.`, 'Send them in a header instead.');
  }
  return url;
};

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Where a response redirects to; undefined where it does not, or names no place. Throws where that place is another origin. */
export const redirectTarget = (from: URL, status: number, location: string | undefined): URL | undefined => {
  if (location === undefined || !redirectStatuses.has(status)) return undefined;
  const resolved = URL.parse(location, from.href);
  if (!resolved) {
    throw refuse('http-response-invalid', { detail: `${from.host} redirects to something that is no URL.` });
  }
  if (resolved.origin === from.origin) return parseUrl(resolved.href);
  const why =
    from.protocol === 'https:' && resolved.protocol === 'http:'
      ? 'from https to http'
      : `to ${resolved.host || 'another scheme'}`;
  throw refuse('http-redirect-refused', {
    detail: `${from.host} redirects ${why}.`,
    hint: 'Redirects are followed within one scheme, host and port only. Configure the final address.',
  });
};
