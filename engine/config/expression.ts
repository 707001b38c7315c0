import { type Diagnostic, failure, type Outcome, problem, success } from '../diagnostics/index.ts';
import { withoutCredentials } from '../documents/index.ts';
import type { System } from '../system/index.ts';
import { Secret } from '../values/index.ts';
import type { Expression } from './config.ts';

/** `${env.NAME}` and `${NAME}`; the name is what an environment variable may be called. */
const reference = /\$\{(?:env\.)?([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** The names of the environment variables that a text refers to. */
export const referencesIn = (text: string): readonly string[] =>
  [...text.matchAll(reference)].map(([, name = '']) => name);

/** What begins like an expression and is none that can be resolved; undefined where there is no such thing. */
export const unresolvable = (text: string): string | undefined => {
  const left = text.replace(reference, '');
  const at = left.indexOf('${');
  return at === -1 ? undefined : (/^\$\{[^}]*\}?/.exec(left.slice(at))?.[0] ?? '${');
};

export const hasExpression = (text: string): boolean => text.includes('${');

/**
 * The value of an expression now. It is a secret, because nobody can tell which environment variables are not. A
 * variable that is not set is one diagnostic each, with the position of the expression.
 */
export const expandExpression = (expression: Expression, system: System): Outcome<Secret> => {
  const missing: Diagnostic[] = [];
  const value = expression.text.replace(reference, (_whole, name: string) => {
    const found = system.env(name);
    if (found !== undefined && found !== '') return found;
    const detail = `The configuration needs the environment variable ${name}, which is not set.`;
    const hint = `Set it:\n    export ${name}=…`;
    missing.push(problem('config-missing-variable', { detail, range: expression.range, hint }));
    return '';
  });
  return missing.length > 0 ? failure(missing) : success(new Secret(value));
};

/** The text of an expression as it may be shown and stored: a literal password is taken out. */
export const withoutPassword = withoutCredentials;

/** Whether a password stands in a URL or connection string in plain text. */
export const hasLiteralPassword = (text: string): boolean => withoutPassword(text) !== text;

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/**
 * The passwords inside the URL of a database, as written and percent-decoded: a server's answer may quote one without the
 * rest of the URL.
 */
export const passwordsIn = (url: Secret): readonly Secret[] => {
  const text = url.reveal();
  const found = [
    /^[^:/?#]+:\/\/[^:/?#@]*:([^/?#]*)@/.exec(text)?.[1],
    /[?&]password=([^&#]*)/.exec(text)?.[1],
    /(?:^|\s)password\s*=\s*'((?:\\.|[^'\\])*)'/.exec(text)?.[1],
    /(?:^|\s)password\s*=\s*([^\s']+)/.exec(text)?.[1],
  ].filter((password) => password !== undefined);
  return [...new Set(found.flatMap((password) => [password, decoded(password)]))].map((one) => new Secret(one));
};
