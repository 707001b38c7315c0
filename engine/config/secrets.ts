import { isSecretName, Secret } from '../values/index.ts';
import type { Config } from './config.ts';

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** The values in the query of a URL whose names say that they are secret, as written and percent-decoded. */
const tokensIn = (url: string): readonly string[] =>
  (URL.parse(url)?.search ?? '')
    .slice(1)
    .split('&')
    .flatMap((pair) => {
      const [name = '', ...rest] = pair.split('=');
      const value = rest.join('=');
      return value !== '' && isSecretName(decoded(name)) ? [value, decoded(value)] : [];
    });

/** What stands in the configuration itself and must be shown by nobody: a server may well repeat what it was asked. */
export const secretsIn = ({ targets, gateways }: Pick<Config, 'targets' | 'gateways'>): readonly Secret[] => {
  const urls = [...targets.values()].flatMap(({ smokeTests }) =>
    smokeTests.flatMap((test) => (test.kind === 'http' && test.url !== undefined ? [test.url] : [])),
  );
  // A token that stands in the file is warned of, and shown by nobody all the same.
  const tokens = [...gateways.values()].flatMap(({ token }) => (token ? [token.text] : []));
  return [...new Set([...urls.flatMap(tokensIn), ...tokens])].map((token) => new Secret(token));
};
