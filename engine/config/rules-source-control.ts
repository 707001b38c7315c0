import { type Diagnostic, problem, type SourceRange } from '../diagnostics/index.ts';
import { apiUrl, repositoryParts } from '../values/index.ts';
import { hasExpression, hasLiteralPassword, unresolvable } from './expression.ts';
import type { SourceControlFile } from './file-source-control.ts';
import type { Rule, Subject } from './subject.ts';

/** What is written, as far as the schema has not refused it. */
const writtenIn = ({ written }: Subject): Partial<SourceControlFile> | undefined =>
  typeof written.source_control === 'object' && written.source_control !== null ? written.source_control : undefined;

const wrong = (subject: Subject, key: string | undefined, detail: string, hint?: string): Diagnostic =>
  problem('config-source-control', {
    detail,
    range: subject.document.locate(key === undefined ? ['source_control'] : ['source_control', key]),
    hint,
  });

const repositoryIsOne: Rule = (subject) => {
  const repository = writtenIn(subject)?.repository;
  // An expression has had its complaint, and so has nothing at all.
  if (typeof repository !== 'string' || repository === '' || hasExpression(repository)) return [];
  if (repositoryParts(repository)) return [];
  const hint = 'Write `owner/name`, as it stands in the address of the repository.';
  return [wrong(subject, 'repository', 'This is no repository of a host.', hint)];
};

const expressionsResolve: Rule = (subject) =>
  (['token', 'url'] as const).flatMap((key) => {
    const text = writtenIn(subject)?.[key];
    const expression = typeof text === 'string' ? unresolvable(text) : undefined;
    if (expression === undefined) return [];
    return problem('config-expression', {
      detail: `${expression} cannot be resolved.`,
      range: subject.document.locate(['source_control', key]),
      hint: `Environment variables are written \${env.NAME}.`,
    });
  });

/** The line itself would show the secret once more. */
const withoutLine = ({ line: _, ...range }: SourceRange): SourceRange => range;

/** Whoever can read the file could write to the repository. */
const secretsStandElsewhere: Rule = (subject) => {
  const { token, url } = writtenIn(subject) ?? {};
  const isLiteralToken = typeof token === 'string' && token !== '' && !hasExpression(token);
  const keys = [
    ...(isLiteralToken ? ['token'] : []),
    ...(typeof url === 'string' && hasLiteralPassword(url) ? ['url'] : []),
  ];
  return keys.map((key) =>
    problem('config-source-control', {
      detail: `\`${key}\` holds a secret, and stands in the configuration in plain text.`,
      range: withoutLine(subject.document.locate(['source_control', key])),
      hint: `Put it into an environment variable, write \`token: \${env.NAME}\`, and change it where it was issued: it is in the history of this file.`,
    }),
  );
};

/** Where each host has its API, by the path that its address ends with. */
const endings: Readonly<Record<SourceControlFile['provider'], { readonly path: RegExp; readonly hint: string }>> = {
  github: {
    path: /^\/?$|\/api\/v3\/?$/,
    hint: 'Write https://HOST/api/v3 for GitHub Enterprise Server, or leave `url` out for github.com.',
  },
  gitea: { path: /\/api\/v1\/?$/, hint: 'Write https://HOST/api/v1.' },
};

/** What an expression comes to is only seen when it is asked. */
const urlIsUsable: Rule = (subject): readonly Diagnostic[] => {
  const { provider, url } = writtenIn(subject) ?? {};
  const ending = provider && Object.hasOwn(endings, provider) ? endings[provider] : undefined;
  if (!ending) return [];
  if (url === undefined) {
    return provider === 'gitea' ? [wrong(subject, undefined, '"gitea" needs `url`.', ending.hint)] : [];
  }
  if (typeof url !== 'string' || hasExpression(url) || hasLiteralPassword(url)) return [];
  const parsed = apiUrl(url);
  if (!parsed) {
    const detail = 'This is no address to which a token may be sent: https, without user, query and fragment.';
    return [wrong(subject, 'url', detail, ending.hint)];
  }
  const isApi = ending.path.test(parsed.pathname) && parsed.hostname !== 'github.com';
  return isApi ? [] : [wrong(subject, 'url', 'There is no API at this address.', ending.hint)];
};

/** Who is told needs to be able to keep it, and whoever tells needs to be allowed to. */
const deploymentsAreKept: Rule = (subject) => {
  const { provider, token, deployments } = writtenIn(subject) ?? {};
  if (deployments !== true) return [];
  if (provider === 'gitea') {
    const hint = 'Leave `deployments` out. Programs of yours can be told by `notifications` of a target.';
    return [wrong(subject, 'deployments', 'Gitea keeps no deployments: its API has none.', hint)];
  }
  if (token !== undefined) return [];
  const hint = `Write \`token: "\${env.GITHUB_TOKEN}"\`; docs/source-control.md names the rights.`;
  return [wrong(subject, 'deployments', 'Nobody may tell the host of releases without a `token`.', hint)];
};

export const sourceControlRules: readonly Rule[] = [
  repositoryIsOne,
  expressionsResolve,
  secretsStandElsewhere,
  urlIsUsable,
  deploymentsAreKept,
];
