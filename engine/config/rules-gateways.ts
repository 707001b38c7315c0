import { type Diagnostic, problem, warning } from '../diagnostics/index.ts';
import { mostProblems } from '../documents/index.ts';
import type { StructuralPath } from '../values/index.ts';
import type { GatewayConfig } from './config.ts';
import { hasExpression, unresolvable, withoutPassword } from './expression.ts';
import type { GatewayFile } from './file-gateways.ts';
import type { TargetFile } from './file-targets.ts';
import { allMentions, gatewayOf, type Mention, mentionsAtTop, pathOfHealthUrl } from './gateways.ts';
import { entriesOf } from './named-entries.ts';
import { faultOfName, suggestion } from './rules-names.ts';
import type { Rule, Subject } from './subject.ts';

/** What describes a gateway, wherever in the file that stands. */
const described = ({ written }: Subject): readonly (Mention & { readonly written: Partial<GatewayFile> })[] =>
  allMentions(written).flatMap((mention) =>
    mention.written?.url === undefined ? [] : [{ ...mention, written: mention.written }],
  );

const gatewayIdsAreSlugs: Rule = (subject) =>
  described(subject)
    .filter(({ id }) => faultOfName(id) !== undefined)
    .slice(0, mostProblems)
    .map(({ id, path }) =>
      problem('config-invalid-name', {
        detail: id === '' ? 'This gateway has no `id`.' : `"${id}" cannot be a name: ${faultOfName(id)}.`,
        range: subject.document.locate(path, 'key'),
        hint: 'A name for people goes into `name`.',
      }),
    );

const gatewaysExist: Rule = ({ written, config, document }) => {
  const top = new Set(mentionsAtTop(written).map(({ path }) => path));
  return allMentions(written)
    .filter(({ id, path }) => !top.has(path) && !config.gateways.has(id))
    .slice(0, mostProblems)
    .map(({ id, path }) =>
      problem('config-unknown-gateway', {
        detail: `The gateway "${id}" is named here, and nothing says where it is.`,
        range: document.locate(path),
        hint: suggestion(id, config.gateways.keys()),
      }),
    );
};

/** A key of a second description that says something else than the first: only the first counts, and nothing is ignored. */
const odd = (first: Mention, second: Mention, locate: Subject['document']['locate']): string | undefined => {
  const { health_check: check, ...known } = first.written ?? {};
  const meant = (more: Partial<GatewayFile>): string => {
    // Its health may be said as a path or as a URL.
    const written = { ...known, ...(check && !('health_check_url' in more) && { health_check: check }), ...more };
    const { at: _, url, token, ...rest } = gatewayOf({ ...first, written }, locate);
    return JSON.stringify({ ...rest, url: url.text, token: token?.text });
  };
  // Of its part of the traffic each environment and target may have its own.
  const free = second.path[0] === 'gateways' ? ['id'] : ['id', 'weight'];
  const isOdd = ([key, value]: [string, unknown]): boolean =>
    !free.includes(key) && meant({}) !== meant({ [key]: value });
  return Object.entries(second.written ?? {}).find(isOdd)?.[0];
};

/** An alias stands beside `gateway_url`, everything else inside the description. */
const pathOfKey = ({ path, urlPath }: Mention, key: string): StructuralPath =>
  urlPath.at(-1) === 'gateway_url' ? [...urlPath.slice(0, -1), key] : [...path, key];

const gatewaysAreDescribedOnce: Rule = (subject) => {
  const first = new Map<string, Mention>();
  return described(subject).flatMap((mention): readonly Diagnostic[] => {
    const known = first.get(mention.id);
    first.set(mention.id, known ?? mention);
    const key = known && odd(known, mention, subject.document.locate);
    if (!known || key === undefined) return [];
    const what = key === 'url' ? 'another URL' : `another \`${key}\``;
    const keyPath = key === 'url' ? mention.urlPath : pathOfKey(mention, key);
    return [
      problem('config-alias-conflict', {
        detail: `The gateway "${mention.id}" has ${what} on line ${subject.document.locate(known.urlPath).start.line}.`,
        range: subject.document.locate(keyPath),
        hint: 'Keep one of the two, or give the other gateway an id of its own.',
      }),
    ];
  });
};

const faultOfUrl = (text: string): string | undefined => {
  const wrong = unresolvable(text);
  if (wrong !== undefined) return `\`${wrong}\` cannot be resolved here: only \${env.NAME} and \${NAME} can`;
  if (hasExpression(text)) return undefined;
  return faultOfGatewayUrl(text);
};

/** Why nothing can be asked there; the text itself may hold a secret. */
export const faultOfGatewayUrl = (text: string): string | undefined => {
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    return `\`${withoutPassword(text)}\` is no URL that begins with http:// or https://`;
  }
  if (url.username !== '' || url.password !== '') return 'a user or a password in it is not accepted';
  return url.search === '' && url.hash === ''
    ? undefined
    : 'it is where paths begin, and takes no query and no fragment';
};

const gatewayUrlsAreUsable: Rule = (subject) =>
  described(subject).flatMap(({ id, urlPath, written }) => {
    const fault = faultOfUrl(written.url ?? '');
    if (fault === undefined) return [];
    const detail = `The gateway "${id}" cannot be asked: ${fault}.`;
    return problem('config-gateway', { detail, range: subject.document.locate(urlPath) });
  });

const gatewayPathsAreUsable: Rule = (subject) =>
  described(subject).flatMap(({ path, written }) => {
    const { document } = subject;
    const health = written.health_check?.path;
    const found: Diagnostic[] = [];
    const complain = (detail: string, ...steps: readonly string[]): void =>
      void found.push(problem('config-gateway', { detail, range: document.locate([...path, ...steps]) }));
    if (health !== undefined && health !== 'auto' && !health.startsWith('/')) {
      complain('A health check is `auto` or a path that begins with "/".', 'health_check', 'path');
    }
    const reload = written.reload?.path;
    if (reload !== undefined && !reload.startsWith('/')) complain('A path begins with "/".', 'reload', 'path');
    const url = written.health_check_url;
    if (url !== undefined && pathOfHealthUrl(url, written.url ?? '') === undefined) {
      complain('The health of a gateway is asked of the gateway itself: begin with its own URL.', 'health_check_url');
    }
    return found;
  });

/** What an environment or a target may say of a gateway that it describes in place. */
const aliasesOfGateway = ['health_check_url', 'verify_ssl'];

/** Beside a gateway that is described elsewhere, such an alias would say nothing. */
const aliasesStandWithTheirGateway: Rule = ({ written, document }) =>
  [
    ...entriesOf(written.environments).map(([name, entry]) => ({ path: ['environments', name], entry })),
    ...entriesOf<TargetFile>(written.targets).map(([name, entry]) => ({ path: ['targets', name], entry })),
  ].flatMap(({ path, entry }): readonly Diagnostic[] =>
    entry.gateway_url === undefined
      ? aliasesOfGateway
          .filter((key) => key in entry)
          .map((key) =>
            problem('config-gateway', {
              detail: `Only together with \`gateway_url\` is it plain which gateway \`${key}\` is about.`,
              range: document.locate([...path, key], 'key'),
              hint: 'Write it at the gateway.',
            }),
          )
      : [],
  );

/** A gateway may say whose it is, in the place of being named there. */
const environmentsOfGatewaysExist: Rule = ({ config }) =>
  [...config.gateways.values()].flatMap(({ id, environment, at }): readonly Diagnostic[] => {
    if (environment === undefined || config.environments.has(environment)) return [];
    const detail = `The gateway "${id}" names the environment "${environment}", which does not exist.`;
    const hint = suggestion(environment, config.environments.keys());
    return [problem('config-unknown-environment', { detail, range: at(['environment']), hint })];
  });

const isLoopback = (host: string): boolean => /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host);

/** A token over plain HTTP is read by everyone on the way. */
const isPlain = ({ url }: GatewayConfig): boolean => {
  const parsed = URL.parse(url.text);
  return parsed?.protocol === 'http:' && !isLoopback(parsed.hostname);
};

const inProduction = ({ config }: Subject): ReadonlySet<string> => {
  const { environments, targets } = config;
  const production = [...environments.values()].filter(({ type }) => type === 'production');
  const names = new Set(production.map(({ name }) => name));
  const released = [...targets.values()].filter(({ environment }) => names.has(environment));
  return new Set([...production, ...released].flatMap(({ gateways }) => gateways.map(({ id }) => id)));
};

const gatewaysProveWhoTheyAre: Rule = (subject) => {
  const strict = inProduction(subject);
  const trust = 'Have Node trust whoever signed its certificate:\n    export NODE_EXTRA_CA_CERTS=FILE';
  return [...subject.config.gateways.values()].flatMap((gateway): readonly Diagnostic[] => {
    const isStrict = strict.has(gateway.id);
    if (!gateway.verifyTls) {
      const range = gateway.at(['verify_ssl']);
      const detail = isStrict
        ? 'In production each gateway proves who it is.'
        : 'Anybody may answer in the place of this gateway, and read its token.';
      return [(isStrict ? problem : warning)('config-tls-unverified', { detail, range, hint: trust })];
    }
    if (!isStrict || !isPlain(gateway)) return [];
    const detail = `What is sent to "${gateway.id}" over http:// can be read and changed on the way, its token too.`;
    return [warning('config-tls-unverified', { detail, range: gateway.url.range, hint: 'Use https://.' })];
  });
};

const tokensStandElsewhere: Rule = ({ config }) =>
  [...config.gateways.values()].flatMap(({ token }): readonly Diagnostic[] => {
    if (token === undefined) return [];
    const wrong = unresolvable(token.text);
    if (wrong !== undefined) {
      const detail = `\`${wrong}\` cannot be resolved here: only \${env.NAME} and \${NAME} can.`;
      return [problem('config-expression', { detail, range: token.range })];
    }
    if (hasExpression(token.text)) return [];
    return [
      warning('config-literal-password', {
        detail: 'Everyone who can read this file can read the token of this gateway.',
        range: token.range,
        hint: `Put it into an environment variable and write \${env.NAME} here.`,
      }),
    ];
  });

export const gatewayRules: readonly Rule[] = [
  gatewayIdsAreSlugs,
  gatewaysExist,
  gatewaysAreDescribedOnce,
  gatewayUrlsAreUsable,
  gatewayPathsAreUsable,
  aliasesStandWithTheirGateway,
  environmentsOfGatewaysExist,
  gatewaysProveWhoTheyAre,
  tokensStandElsewhere,
];
