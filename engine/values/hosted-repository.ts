/** As GitHub and Gitea have them; a dot alone would lead elsewhere in the path of a request. */
const segment = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/;

/** The two parts of `owner/name`; undefined where it is not that. */
export const repositoryParts = (text: string): readonly [owner: string, repository: string] | undefined => {
  const [owner = '', repository = '', ...more] = text.split('/');
  return segment.test(owner) && segment.test(repository) && more.length === 0 ? [owner, repository] : undefined;
};

const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i.test(host);

/** The address of an API, if a token may be sent there: https, or http on this machine, with nothing beside host and path. */
export const apiUrl = (text: string): URL | undefined => {
  const url = URL.parse(text);
  if (!url) return undefined;
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  const isBare = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  return isSafe && isBare ? url : undefined;
};
