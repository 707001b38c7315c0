import { type Diagnostic, problem, warning } from '../diagnostics/index.ts';
import { parseVersionName, type StructuralPath } from '../values/index.ts';
import type { DatabaseSpec, TargetConfig } from './config.ts';
import { type DatabaseKeys, placeOf, type Spelling, spellingsOf } from './database-spec.ts';
import { hasLiteralPassword, unresolvable, withoutPassword } from './expression.ts';
import { entriesOf } from './named-entries.ts';
import type { Rule, Subject } from './subject.ts';

/** Something that names a database, with the environment whose place it is; the state has none. */
interface Holder {
  readonly path: StructuralPath;
  readonly keys: DatabaseKeys;
  readonly spec: DatabaseSpec;
  readonly environment?: string;
}

const holdersOf = ({ config, written }: Subject): readonly Holder[] => {
  const { database, schema } = written.state ?? {};
  const keys: DatabaseKeys = { ...(database !== undefined && { database }), ...(schema !== undefined && { schema }) };
  const holders: Holder[] = [{ path: ['state'], keys, spec: config.state.database }];
  for (const [name, entry] of entriesOf(written.environments)) {
    const spec = config.environments.get(name)?.database;
    if (spec) holders.push({ path: ['environments', name], keys: entry, spec, environment: name });
  }
  for (const [name, entry] of entriesOf(written.targets)) {
    const target = config.targets.get(name);
    const isOwn = spellings({ path: [], keys: entry }).length > 0;
    if (target && isOwn) {
      holders.push({ path: ['targets', name], keys: entry, spec: target.database, environment: target.environment });
    }
  }
  return holders;
};

const spellings = ({ keys, path }: Pick<Holder, 'keys' | 'path'>): readonly Spelling[] => {
  const { urls, schemas } = spellingsOf(keys, path);
  return [...urls, ...schemas];
};

const pathOfSchema = (holder: Holder): StructuralPath =>
  spellingsOf(holder.keys, holder.path).schemas[0]?.path ?? holder.path;

const disagreeing = (said: readonly Spelling[], subject: Subject): readonly Diagnostic[] => {
  const [first, ...others] = said;
  return others
    .filter(({ text }) => text !== first?.text)
    .map(({ path }) =>
      problem('config-alias-conflict', {
        detail: `This says something else than \`${first?.path.join('.') ?? ''}\`, and both mean the same key.`,
        range: subject.document.locate(path),
        hint: 'Keep one of the two.',
      }),
    );
};

const spellingsAgree: Rule = (subject) =>
  holdersOf(subject).flatMap(({ keys, path }) => {
    const { urls, schemas } = spellingsOf(keys, path);
    return [...disagreeing(urls, subject), ...disagreeing(schemas, subject)];
  });

const schemaNamesAreUsable: Rule = (subject) =>
  holdersOf(subject).flatMap((holder) => {
    const { schema } = holder.spec;
    const isReserved = schema.startsWith('pg_') || schema === 'information_schema';
    if (/^[a-z_][a-z0-9_]{0,62}$/.test(schema) && !isReserved) return [];
    const why = isReserved
      ? 'PostgreSQL keeps this name to itself'
      : 'it takes a lower-case letter or "_", then up to 62 of a-z, 0-9 and "_"';
    return problem('config-invalid-schema-name', {
      detail: `"${schema}" cannot be the name of a schema: ${why}.`,
      range: subject.document.locate(pathOfSchema(holder)),
    });
  });

/** The state's tables and a place's tables would meet in one schema. */
const placesAreNotTheState: Rule = (subject) =>
  holdersOf(subject)
    .filter(
      ({ environment, spec }) => environment !== undefined && placeOf(spec) === placeOf(subject.config.state.database),
    )
    .map((holder) =>
      problem('config-invalid-schema-name', {
        detail: `The schema "${holder.spec.schema}" of this database holds the state of m3forge.`,
        range: subject.document.locate(pathOfSchema(holder)),
        hint: 'Name another schema for the artifacts.',
      }),
    );

const placesBelongToOneEnvironment: Rule = (subject) => {
  const owners = new Map<string, string>();
  return holdersOf(subject).flatMap((holder) => {
    if (!holder.environment) return [];
    const owner = owners.get(placeOf(holder.spec)) ?? holder.environment;
    owners.set(placeOf(holder.spec), owner);
    if (owner === holder.environment) return [];
    return problem('config-shared-place', {
      detail: `The schema "${holder.spec.schema}" of this database is the place of the environment "${owner}" already.`,
      range: subject.document.locate(pathOfSchema(holder)),
      hint: 'Give each environment its own database or schema.',
    });
  });
};

/** Two people with a state each on their own machines would not know of one another's releases. */
const sharedEnvironmentsShareTheirState: Rule = (subject) => {
  const { config, document } = subject;
  if (config.state.database.kind === 'server') return [];
  return holdersOf(subject).flatMap(({ environment = '', spec, path }) => {
    const type = config.environments.get(environment)?.type;
    if (spec.kind === 'embedded' || type === undefined || type === 'development') return [];
    return problem('config-state-on-laptop', {
      detail: `The ${type} environment "${environment}" is on a server, while the state is in a directory of this machine.`,
      range: document.locate([...path, 'database'], 'key'),
      hint: `Set "state.database" to a PostgreSQL URL, such as \${env.M3FORGE_STATE_URL}.`,
    });
  });
};

const urlsAreUsable: Rule = (subject) =>
  holdersOf(subject).flatMap((holder) =>
    spellingsOf(holder.keys, holder.path).urls.flatMap(({ text, path }) => {
      const range = subject.document.locate(path);
      const wrong = unresolvable(text);
      if (wrong !== undefined) {
        const detail = `\`${wrong}\` cannot be resolved here: only \${env.NAME} and \${NAME} can.`;
        return problem('config-expression', { detail, range });
      }
      if (text === 'embedded' || /^(postgres(ql)?:\/\/[^/]|\$\{)/.test(text)) return [];
      const detail = `\`${withoutPassword(text)}\` is neither \`embedded\` nor a PostgreSQL URL (postgresql://…).`;
      return problem('config-invalid-database', { detail, range });
    }),
  );

const passwordsStandElsewhere: Rule = (subject) =>
  holdersOf(subject).flatMap((holder) =>
    spellingsOf(holder.keys, holder.path)
      .urls.filter(({ text }) => hasLiteralPassword(text))
      .map(({ path }) =>
        warning('config-literal-password', {
          detail: 'Everyone who can read this file can read the password of this database.',
          range: subject.document.locate(path),
          hint: `Put the URL into an environment variable and write \${env.NAME} here.`,
        }),
      ),
  );

/** Which release a version means: `v1.2.0` and `1.2.0` are one. */
const exactOf = ({ version }: TargetConfig): string | undefined =>
  version.kind === 'exact' ? (parseVersionName(version.text)?.semver ?? version.text) : undefined;

/** Two targets that want different versions in one place take turns for ever: each apply undoes the other. */
const targetsDoNotCompete: Rule = ({ config }) => {
  const first = new Map<string, TargetConfig>();
  return [...config.targets.values()].flatMap((target) => {
    const isPlanned = target.enabled && config.environments.get(target.environment)?.enabled === true;
    if (!isPlanned || exactOf(target) === undefined) return [];
    const place = placeOf(target.database);
    const other = first.get(place) ?? target;
    first.set(place, other);
    if (exactOf(other) === exactOf(target)) return [];
    return warning('config-competing-targets', {
      detail: `The targets "${other.name}" and "${target.name}" want different versions in one place: each apply would undo the other.`,
      range: target.at(['version']),
      hint: 'Disable one of them, or give it a schema of its own.',
    });
  });
};

export const databaseRules: readonly Rule[] = [
  spellingsAgree,
  schemaNamesAreUsable,
  placesAreNotTheState,
  placesBelongToOneEnvironment,
  sharedEnvironmentsShareTheirState,
  urlsAreUsable,
  passwordsStandElsewhere,
  targetsDoNotCompete,
];
