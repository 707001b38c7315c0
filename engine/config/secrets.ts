import { isSecretName, Secret } from '../values/index.ts';
import type { Config } from './config.ts';
import { passwordsIn } from './expression.ts';

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** The values in the query of a URL whose names, and which themselves, are as asked for; as written and percent-decoded. */
const valuesIn = (search: string, wanted: (name: string, value: string) => boolean): readonly string[] =>
  search
    .slice(1)
    .split('&')
    .flatMap((pair) => {
      const [name = '', ...rest] = pair.split('=');
      const value = rest.join('=');
      return value !== '' && wanted(decoded(name), value) ? [value, decoded(value)] : [];
    });

const tokensIn = (url: string): readonly string[] => valuesIn(URL.parse(url)?.search ?? '', isSecretName);

/** What is shorter than that is a word, such as `services` and `webhooks`, and is shown like any other. */
const shortestToken = 16;

/**
 * A secret, and what of it somebody who is asked with it may repeat alone: of a URL that is itself a secret, the password,
 * the tokens in its query and the long steps of its path, as written and percent-decoded.
 */
export const withItsParts = (secret: Secret): readonly Secret[] => {
  const url = URL.parse(secret.reveal());
  if (url === null) return [secret];
  const isLong = ({ length }: string): boolean => length >= shortestToken;
  const user = url.password === '' ? [url.username].filter(isLong) : [];
  const steps = url.pathname.split('/').filter(isLong);
  const values = valuesIn(url.search, (name, value) => isSecretName(name) || isLong(value));
  const parts = [...user, ...steps, ...values].flatMap((part) => [part, decoded(part)]);
  return [secret, ...passwordsIn(secret), ...[...new Set(parts)].map((part) => new Secret(part))];
};

/** What stands in the configuration itself and must be shown by nobody: a server may well repeat what it was asked. */
export const secretsIn = ({ targets, gateways }: Pick<Config, 'targets' | 'gateways'>): readonly Secret[] => {
  const urls = [...targets.values()].flatMap(({ smokeTests }) =>
    smokeTests.flatMap((test) => (test.kind === 'http' && test.url !== undefined ? [test.url] : [])),
  );
  // A token that stands in the file is warned of, and shown by nobody all the same.
  const tokens = [...gateways.values()].flatMap(({ token }) => (token ? [token.text] : []));
  return [...new Set([...urls.flatMap(tokensIn), ...tokens])].map((token) => new Secret(token));
};
