/** Where a repository lies: a path of this machine, or somewhere that Git reaches by a URL. */
export type RepositoryPlace =
  | { readonly kind: 'path' }
  | { readonly kind: 'remote'; readonly scheme: RemoteScheme }
  /** It cannot be used: why, in the middle of a sentence; `secret` where something in it must be shown nowhere. */
  | { readonly kind: 'faulty'; readonly fault: string; readonly hint: string; readonly secret: boolean };

export type RemoteScheme = 'https' | 'ssh' | 'file' | 'http' | 'git';

const faulty = (fault: string, hint: string, secret = false): RepositoryPlace => ({
  kind: 'faulty',
  fault,
  hint,
  secret,
});

const howToWrite = 'Write https://HOST/PATH, ssh://USER@HOST/PATH, USER@HOST:PATH, file:///PATH, or a path.';
const howToAuthenticate =
  'Leave it out, and let Git find it: a credential helper, GIT_ASKPASS, or a key in the SSH agent.';

/** What the hosts of repositories begin their tokens with; a user name never does. */
const tokenLike = /^(?:gh[pousr]_|github_pat_|glpat-|gldt-|xox[abp]-|[0-9a-f]{40}$)/;

const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i.test(host);

const judgeUrl = (text: string, scheme: string): RepositoryPlace => {
  if (!['https', 'ssh', 'file', 'http', 'git'].includes(scheme)) {
    return faulty(`has the scheme "${scheme}", which is not read`, howToWrite);
  }
  const url = URL.parse(text);
  if (!url) return faulty('is no URL', howToWrite);
  const { username, password, hostname, pathname } = url;
  if (password !== '' || tokenLike.test(username)) return faulty('holds a secret', howToAuthenticate, true);
  if (url.search !== '' || url.hash !== '') return faulty('has a part after "?" or "#"', howToWrite, true);
  if (scheme === 'file') {
    if (hostname !== '' && hostname !== 'localhost') return faulty('names a host in a file URL', howToWrite);
    return pathname.length > 1 ? { kind: 'remote', scheme } : faulty('names no path', howToWrite);
  }
  if (hostname === '' || /^-|^%2d/i.test(hostname) || username.startsWith('-')) {
    return faulty('names no host that could be asked', howToWrite);
  }
  if ((scheme === 'http' || scheme === 'git') && !isLoopback(hostname)) {
    const hint = 'Use https or ssh: on the way, somebody else could put other content in its place.';
    return faulty(`is read over ${scheme}, which nothing protects`, hint);
  }
  return { kind: 'remote', scheme: scheme as RemoteScheme };
};

/**
 * What `source.repository` means. As Git does, text with a colon before the first slash is `HOST:PATH`, unless it is a
 * drive of Windows; a path with a colon is written as `./a:b`.
 */
export const repositoryPlaceOf = (text: string): RepositoryPlace => {
  if (text.startsWith('-')) return faulty('begins with a dash, like an option', howToWrite);
  if (/^[a-z0-9+.-]+::/i.test(text)) return faulty('names a program that Git would start', howToWrite);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  const isScpLike = /^[^/\\:]{2,}:/.test(text);
  if (scheme === undefined && !isScpLike) return { kind: 'path' };
  if (/[\s\p{Cc}]/u.test(text)) return faulty('holds a space or a control character', howToWrite);
  if (scheme !== undefined) return judgeUrl(text, scheme);
  if (/^[^/:@]+:[^/@]*@/.test(text)) return faulty('holds a secret', howToAuthenticate, true);
  const [, host = '', path = ''] = /^(?:[^@/]*@)?([^:]*):(.*)$/.exec(text) ?? [];
  if (text.startsWith('-') || host === '' || host.startsWith('-') || path === '' || path.startsWith('-')) {
    return faulty('names no host and path that could be asked', howToWrite);
  }
  return { kind: 'remote', scheme: 'ssh' };
};
