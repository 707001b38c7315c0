// This one asks a URL for a status. Put what your service needs in its place.

/** What went wrong, in words that hold no secret: the code of an error is safe to show, its message may not be. */
const reasonOf = (error) => {
  if (error.name === 'TimeoutError') return 'no answer in time';
  if (error.name === 'AbortError') return 'interrupted';
  return `cannot be reached (${error.cause?.code ?? error.code ?? error.name})`;
};

/** @type {NonNullable<import('m3forge/provider-kit').ThirdPartyProvider['check']>['run']} */
export const runCheck = async ({ options, timeoutMs, signal }) => {
  const url = String(options.url);
  const { host } = new URL(url);
  try {
    const response = await fetch(url, {
      headers: options.token ? { authorization: `Bearer ${options.token}` } : {},
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    await response.body?.cancel();
    return { passed: response.ok, detail: `${host} answers HTTP ${response.status}` };
  } catch (error) {
    return { passed: false, detail: `${host}: ${reasonOf(error)}` };
  }
};
