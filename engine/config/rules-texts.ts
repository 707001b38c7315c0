import { resolve } from 'node:path';
import { type Diagnostic, problem } from '../diagnostics/index.ts';
import { mostProblems } from '../documents/index.ts';
import { isJsonObject, type JsonValue, repositoryPlaceOf, type StructuralPath, valueAt } from '../values/index.ts';
import { hasExpression, withoutPassword } from './expression.ts';
import { faultOfGlob } from './glob-fault.ts';
import { keysOfNotifications } from './notifications.ts';
import { s3Keys } from './providers.ts';
import type { Rule, Subject } from './subject.ts';
import { textsIn } from './texts.ts';

/** The keys whose expressions are resolved; the rules of databases judge them. */
const databaseKeys = new Set(['url', 'database', 'database_url']);

/** What says where a gateway is and proves who asks; the rules of gateways judge it. */
const isOfGateway = (path: StructuralPath): boolean =>
  path.at(-1) === 'gateway_url' || (path.includes('gateways') && ['url', 'token'].includes(String(path.at(-1))));

const resolvesExpressions = (path: StructuralPath): boolean => {
  if (isOfGateway(path)) return true;
  const isDatabase = path.includes('database') || path.includes('database_url');
  return isDatabase && databaseKeys.has(String(path.at(-1)));
};

/** What a provider is told is resolved when the provider is used. */
const isToldToProvider = ([first, key, ...rest]: StructuralPath): boolean =>
  first === 'source_control'
    ? key === 'token' || key === 'url'
    : first === 'backups'
      ? key === 'options' || (s3Keys as readonly unknown[]).includes(key)
      : first === 'targets' &&
        (rest[0] === 'notifications'
          ? keysOfNotifications.has(rest[2])
          : rest[0] === 'smoke_tests' && rest[2] === 'check' && rest[3] === 'options');

/** A shell resolves `${NAME}` by itself; the other forms are ours. */
const isForeign = (path: StructuralPath, text: string): boolean =>
  path.at(-1) === 'run' && !/\$\{(env|var|environment)\./.test(text);

/** The value of a secret variable: that there are none yet has been said. */
const isSecretValue = (path: StructuralPath, root: JsonValue): boolean => {
  const around = path.at(-1) === 'value' && path.at(-3) === 'variables' ? valueAt(root, path.slice(0, -1)) : undefined;
  return around !== undefined && isJsonObject(around) && (around.secret === true || around.is_secret === true);
};

/** An expression that nobody resolves would silently be taken for text. */
const expressionsAreResolved: Rule = ({ written, document }) =>
  textsIn(written as unknown as JsonValue, [])
    .filter(([path, text]) => hasExpression(text) && !resolvesExpressions(path) && !isForeign(path, text))
    .filter(([path]) => !isSecretValue(path, written as unknown as JsonValue))
    .filter(([path]) => !isToldToProvider(path))
    .slice(0, mostProblems)
    .map(([path]) =>
      problem('config-not-available', {
        detail:
          'Expressions are known, but not available yet anywhere else than in the URL of a database, in URL and token of a gateway, in notifications, in URL and token of `source_control`, and in what a provider is told.',
        range: document.locate(path),
      }),
    );

const leavesTree = (glob: string): boolean =>
  glob === '' || /^([/\\]|[A-Za-z]:)/.test(glob) || glob.split('/').includes('..');

interface WrittenGlob {
  readonly glob: string;
  readonly path: StructuralPath;
}

const fileGlobsOf = ({ written }: Subject): readonly WrittenGlob[] =>
  (['workflows', 'agents', 'processors'] as const).flatMap((key) =>
    (written.source?.[key] ?? []).flatMap((glob, index) =>
      glob === null ? [] : [{ glob, path: ['source', key, index] }],
    ),
  );

const globsStayInside: Rule = (subject) =>
  fileGlobsOf(subject)
    .filter(({ glob }) => leavesTree(glob))
    .slice(0, mostProblems)
    .map(({ glob, path }) => {
      const detail = `"${glob}" does not stay inside the repository.`;
      return problem('config-invalid-path', { detail, range: subject.document.locate(path) });
    });

/** A glob that can match nothing would silently leave everything out. */
const globsAreUsable: Rule = (subject) => {
  const pattern = subject.written.source?.version_pattern;
  const tags = pattern === undefined ? [] : [{ glob: pattern, path: ['source', 'version_pattern'] }];
  // An empty path has had its complaint.
  const globs = [...tags, ...fileGlobsOf(subject).filter(({ glob }) => glob !== '')];
  const faulty = globs.flatMap(({ glob, path }) => {
    const fault = faultOfGlob(glob);
    return fault === undefined ? [] : [{ glob, path, fault }];
  });
  return faulty.slice(0, mostProblems).map(({ glob, path, fault }) => {
    const detail = `"${glob}" is no glob that could match anything: ${fault}.`;
    const hint = 'Write a glob such as v*.*.* or workflows/**/*.json; a backslash takes a special character literally.';
    return problem('config-invalid-path', { detail, range: subject.document.locate(path), hint });
  });
};

/** A secret that may stand in it is shown nowhere, the line of the file neither. */
const sourceCanBeRead: Rule = ({ written, document }) => {
  const repository = written.source?.repository;
  const place = repository === undefined ? undefined : repositoryPlaceOf(repository);
  if (repository === undefined || place?.kind !== 'faulty') return [];
  const { fault, hint, secret } = place;
  const { line, ...range } = document.locate(['source', 'repository']);
  return [
    problem(secret ? 'source-url-secret' : 'source-url-invalid', {
      detail: `${secret ? 'source.repository' : `"${withoutPassword(repository)}"`} ${fault}.`,
      range: secret || line === undefined ? range : { ...range, line },
      hint,
    }),
  ];
};

const directoriesAreApart: Rule = ({ config, document }): readonly Diagnostic[] => {
  const { directory } = config;
  const backups = resolve(directory, config.backups.directory);
  if (config.backups.provider !== 'filesystem') return [];
  if (backups !== config.state.directory && backups !== directory) return [];
  const whose = backups === directory ? 'the configuration itself' : 'the state';
  const detail = `Backups cannot be kept in the directory of ${whose}.`;
  return [problem('config-invalid-path', { detail, range: document.locate(['backups', 'path']) })];
};

export const textRules: readonly Rule[] = [
  expressionsAreResolved,
  globsStayInside,
  globsAreUsable,
  sourceCanBeRead,
  directoriesAreApart,
];
