import type { System } from '../system/index.ts';

/** Through which proxies an address is asked, as the usual environment variables have it. Empty where there is none. */
export interface ProxySettings {
  /** For `http:` addresses. */
  readonly http: string;
  readonly https: string;
  /** Hosts that are asked directly, with commas between; `*` is every host. */
  readonly none: string;
}

/**
 * What `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say; in lower case they come first. `HTTP_PROXY` in upper case is not
 * looked at where a web server has put it there from a request, as CGI does. Nothing of it is asked of the environment
 * unless somebody calls this.
 */
export const proxyOfEnvironment = ({ env }: Pick<System, 'env'>): ProxySettings => {
  const either = (name: string): string => env(name.toLowerCase()) || env(name) || '';
  const http = env('http_proxy') || (env('REQUEST_METHOD') === undefined ? env('HTTP_PROXY') : '') || '';
  return { http, https: either('HTTPS_PROXY'), none: either('NO_PROXY') };
};
