import type { ParsedDocument } from '../documents/index.ts';
import type { StructuralPath } from '../values/index.ts';
import type { DatabaseSpec } from './config.ts';
import type { DatabaseFile } from './file-targets.ts';

/** The keys by which environments and targets name their database. */
export interface DatabaseKeys {
  readonly database?: string | DatabaseFile;
  readonly database_url?: string;
  readonly schema?: string;
}

/** One way to say a thing, and where it is said. */
export interface Spelling {
  readonly text: string;
  readonly path: StructuralPath;
}

const schemaParameter = /([?&])schema=([^&]*)(&|$)/;

/** A URL without `?schema=NAME`, and that name. */
const splitUrl = (text: string): { readonly url: string; readonly schema: string | undefined } => {
  const schema = schemaParameter.exec(text)?.[2];
  const url = text.replace(schemaParameter, (_whole, before: string, _name, after: string) => (after ? before : ''));
  return { url, schema };
};

/** Every way in which the database and its schema are said, the canonical spelling first. */
export const spellingsOf = (
  keys: DatabaseKeys,
  path: StructuralPath,
): { readonly urls: readonly Spelling[]; readonly schemas: readonly Spelling[] } => {
  const written = typeof keys.database === 'string' ? { url: keys.database } : (keys.database ?? {});
  const inside = typeof keys.database === 'string' ? ['database'] : ['database', 'url'];
  const urls: Spelling[] = [];
  const schemas: Spelling[] = [];
  const { schema } = written as DatabaseFile;
  if (schema !== undefined) schemas.push({ text: schema, path: [...path, 'database', 'schema'] });
  if (keys.schema !== undefined) schemas.push({ text: keys.schema, path: [...path, 'schema'] });
  const given = [
    { text: written.url, path: [...path, ...inside] },
    { text: keys.database_url, path: [...path, 'database_url'] },
  ];
  for (const one of given) {
    if (one.text === undefined) continue;
    const split = splitUrl(one.text);
    urls.push({ text: split.url, path: one.path });
    if (split.schema !== undefined) schemas.push({ text: split.schema, path: one.path });
  }
  return { urls, schemas };
};

/** `eu-west` as the name of a schema that nobody has to quote. */
export const defaultSchema = (environment: string): string => environment.toLowerCase().replaceAll('-', '_');

const withSchema = (spec: DatabaseSpec, schema: string): DatabaseSpec => ({ ...spec, schema });

/** The database that the keys name; what they leave out is as in `otherwise`. */
export const databaseOf = (
  keys: DatabaseKeys,
  path: StructuralPath,
  otherwise: DatabaseSpec,
  locate: ParsedDocument['locate'],
): DatabaseSpec => {
  const { urls, schemas } = spellingsOf(keys, path);
  const schema = schemas[0]?.text ?? otherwise.schema;
  const url = urls[0];
  if (!url) return withSchema(otherwise, schema);
  if (url.text === 'embedded') return { kind: 'embedded', schema };
  return { kind: 'server', url: { text: url.text, range: locate(url.path) }, schema };
};

/** Which database a specification means, so far as this is known without resolving anything. */
const identityOf = (spec: DatabaseSpec): string => (spec.kind === 'embedded' ? 'embedded' : spec.url.text);

/** The same for the place, which is one schema of a database. */
export const placeOf = (spec: DatabaseSpec): string => `${identityOf(spec)}\n${spec.schema}`;
