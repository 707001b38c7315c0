import { type Diagnostic, problem, warning } from '../diagnostics/index.ts';
import { closest } from '../documents/index.ts';
import { isBucketFolder, isBucketName, isVersionRange, type StructuralPath } from '../values/index.ts';
import { hasExpression, unresolvable } from './expression.ts';
import type { ProviderFile } from './file.ts';
import type { TargetFile } from './file-targets.ts';
import { entriesOf } from './named-entries.ts';
import { literalSecretsIn } from './provider-options.ts';
import { builtInProviders, optionsOf, s3Keys } from './providers.ts';
import type { Rule, Subject } from './subject.ts';
import { textsIn } from './texts.ts';

const backupsOf = ({ written }: Subject) => written.backups ?? {};

const unknown = (name: string, known: readonly string[], at: StructuralPath, subject: Subject): Diagnostic => {
  const near = closest(name, known);
  return problem('config-unknown-provider', {
    detail: `There is no provider "${name}" for this.`,
    range: subject.document.locate(at),
    hint: near ? `Did you mean \`${near}\`?` : `There are: ${known.join(', ')}. Others are named under \`providers\`.`,
  });
};

/** Names that `providers` may hold for something, together with those that are built in for it. */
const knownFor = ({ written }: Subject, builtIn: readonly string[]): readonly string[] => [
  ...builtIn,
  ...entriesOf<ProviderFile>(written.providers).map(([name]) => name),
];

const backupsHaveAProvider: Rule = (subject) => {
  const { provider } = backupsOf(subject);
  const known = knownFor(subject, ['filesystem', 's3']);
  if (provider === undefined || known.includes(provider)) return [];
  return [unknown(provider, known, ['backups', 'provider'], subject)];
};

/** A key of another provider would be read by nobody. */
const backupKeysFit: Rule = (subject) => {
  const backups = backupsOf(subject);
  const { provider = 'filesystem' } = backups;
  const owner = provider === 'filesystem' || provider === 's3' ? provider : 'other';
  const owned = { filesystem: ['path'], s3: s3Keys, other: ['options'] } as const;
  const foreign = Object.entries(owned).flatMap(([whose, keys]) => (whose === owner ? [] : keys));
  return foreign
    .filter((key) => backups[key] !== undefined)
    .map((key) =>
      problem('config-backups', {
        detail: `\`${key}\` says nothing to the provider "${provider}".`,
        range: subject.document.locate(['backups', key]),
        hint: `Take it away, or name the provider that it is for. "${provider}" takes: ${owned[owner].join(', ')}.`,
      }),
    );
};

const faultsOfBucket = (subject: Subject): readonly (readonly [key: string, detail: string])[] => {
  const { bucket, endpoint, prefix, kms_key_id: key, ...rest } = backupsOf(subject);
  const plain = (text: string | undefined): text is string => text !== undefined && !hasExpression(text);
  const address = plain(endpoint) ? URL.parse(endpoint) : undefined;
  const webAddress = address && /^https?:$/.test(address.protocol) && address.pathname === '/' && !address.search;
  const faults: (readonly [string, string])[] = [];
  if (bucket === undefined) faults.push(['provider', '`s3` needs a `bucket`.']);
  if (plain(bucket) && !isBucketName(bucket)) faults.push(['bucket', `"${bucket}" is no name of a bucket.`]);
  if (plain(endpoint) && !webAddress) faults.push(['endpoint', 'This is no address such as https://s3.example.com.']);
  if (plain(prefix) && !isBucketFolder(prefix)) {
    faults.push(['prefix', `"${prefix}" is no folder of a bucket that m3forge can use.`]);
  }
  if (key !== undefined && rest.server_side_encryption !== 'aws:kms') {
    faults.push(['kms_key_id', 'A key is for `server_side_encryption: aws:kms`.']);
  }
  const halves = ['access_key_id', 'secret_access_key'] as const;
  const [given, absent] = rest.access_key_id === undefined ? [halves[1], halves[0]] : halves;
  if (rest[given] !== undefined && rest[absent] === undefined)
    faults.push([given, `It needs \`${absent}\` beside it.`]);
  if (rest.session_token !== undefined && rest.access_key_id === undefined) {
    faults.push(['session_token', 'It needs `access_key_id` and `secret_access_key` beside it.']);
  }
  return faults;
};

const bucketsAreUsable: Rule = (subject) => {
  if (backupsOf(subject).provider !== 's3') return [];
  return faultsOfBucket(subject)
    .filter(([key]) => key === 'provider' || subject.document.value !== null)
    .map(([key, detail]) => problem('config-backups', { detail, range: subject.document.locate(['backups', key]) }));
};

/** What is handed to a provider, with where it stands. */
const optionsIn = (subject: Subject): readonly { readonly path: StructuralPath; readonly value: unknown }[] => {
  const { config, written } = subject;
  const backups = written.backups;
  const own = backups?.provider === 's3' ? [{ path: ['backups'], value: config.backups.options }] : [];
  const others = backups?.options ? [{ path: ['backups', 'options'], value: backups.options }] : [];
  const checks = entriesOf<TargetFile>(written.targets).flatMap(([target, { smoke_tests: tests = [] }]) =>
    tests.flatMap((test, index) =>
      test?.check?.options
        ? [{ path: ['targets', target, 'smoke_tests', index, 'check', 'options'], value: test.check.options }]
        : [],
    ),
  );
  return [...own, ...others, ...checks];
};

const optionsResolve: Rule = (subject) =>
  optionsIn(subject).flatMap(({ path, value }) =>
    textsIn(optionsOf(value), path).flatMap(([at, text]) => {
      const wrong = unresolvable(text);
      if (wrong === undefined) return [];
      return problem('config-expression', {
        detail: `${wrong} cannot be resolved.`,
        range: subject.document.locate(at),
        hint: `Environment variables are written \${env.NAME}.`,
      });
    }),
  );

const secretsStandElsewhere: Rule = (subject) =>
  optionsIn(subject).flatMap(({ path, value }) =>
    literalSecretsIn(optionsOf(value)).map((inside) =>
      warning('config-literal-password', {
        detail: `\`${String(inside.at(-1))}\` stands in the configuration in plain text.`,
        range: subject.document.locate([...path, ...inside]),
        hint: `Put it into an environment variable, and write \${env.NAME}.`,
      }),
    ),
  );

const checksHaveAProvider: Rule = (subject) =>
  entriesOf<TargetFile>(subject.written.targets).flatMap(([target, { smoke_tests: tests = [] }]) =>
    tests.flatMap((test, index) => {
      const provider = test?.check?.provider;
      const known = knownFor(subject, []);
      if (provider === undefined || known.includes(provider)) return [];
      return unknown(provider, known, ['targets', target, 'smoke_tests', index, 'check', 'provider'], subject);
    }),
  );

const packageName = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;

const faultOfProvider = (
  name: string,
  written: ProviderFile,
): readonly [key: string | undefined, detail: string] | undefined => {
  const { package: from, path, version } = written;
  if (!/^[a-z][a-z0-9_-]{0,62}$/.test(name)) return [undefined, `"${name}" is no name of a provider.`];
  if (Object.hasOwn(builtInProviders, name))
    return [undefined, `"${name}" is the name of a provider that is built in.`];
  if (from === undefined && path === undefined) return [undefined, 'Neither `package` nor `path` says where it is.'];
  if (from !== undefined && path !== undefined) return ['path', 'Both `package` and `path` say where it is.'];
  if (from !== undefined && (!packageName.test(from) || from.length > 214))
    return ['package', `"${from}" is no name of a package.`];
  if (path !== undefined && (path === '' || /^([/\\]|[A-Za-z]:)/.test(path) || path.split('/').includes('..'))) {
    return ['path', `"${path}" does not stay inside the project.`];
  }
  if (version !== undefined && !isVersionRange(version)) return ['version', `"${version}" is no version and no range.`];
  return undefined;
};

const providersAreUsable: Rule = (subject) =>
  entriesOf<ProviderFile>(subject.written.providers).flatMap(([name, written]) => {
    const fault = faultOfProvider(name, written);
    if (!fault) return [];
    const [key, detail] = fault;
    const range = subject.document.locate(['providers', name, ...(key === undefined ? [] : [key])]);
    const hint = 'Write `{ package: m3forge-provider-acme, version: ^1.0 }`, or `{ path: ./providers/acme }`.';
    return problem('config-provider', { detail, range, hint });
  });

export const providerRules: readonly Rule[] = [
  providersAreUsable,
  backupsHaveAProvider,
  backupKeysFit,
  bucketsAreUsable,
  optionsResolve,
  secretsStandElsewhere,
  checksHaveAProvider,
];
