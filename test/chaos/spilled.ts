import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, quoteIdentifier } from '../../engine/database/index.ts';
import { Collection, canariesIn } from '../secrets/canaries.ts';
import { backupDirectory } from './backup-files.ts';

/** The password as it is, and as it stands in a literal of SQL; each of them is looked for in every encoding. */
const spellingsOf = (password: string) => [
  { name: 'the password', value: password },
  { name: 'the password, quoted for SQL', value: password.replaceAll("'", "''") },
];

/** In which encodings a text holds the password. */
export const spilledInto = (text: string, password: string): readonly string[] =>
  canariesIn(Buffer.from(text), spellingsOf(password));

/** Where the password is in what was stored: any row of any table, of state and places, and any file of a backup. */
export const findSpilled = async (
  database: Database,
  directory: string,
  password: string,
): Promise<readonly string[]> => {
  // Column by column: as text, a whole row doubles quotes and backslashes.
  const tables = await database.query<{ schema: string; name: string; columns: readonly string[] }>(
    `select n.nspname as schema, c.relname as name, array_agg(format('%I::text', a.attname)::text) as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
     group by n.nspname, c.relname`,
  );
  const queries = tables.map(({ schema, name, columns }) => {
    const rows = `string_agg(concat_ws(E'\\n', ${columns.join(', ')}), E'\\n')`;
    return `select '${schema}.${name}' as name, ${rows} as rows from ${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
  });
  const collected = new Collection();
  if (queries.length > 0) {
    const all = await database.query<{ name: string; rows: string | null }>(queries.join(' union all '));
    for (const { name, rows } of all) collected.add(`table ${name}`, rows ?? '');
  }
  const backups = join(directory, backupDirectory);
  if (existsSync(backups)) collected.addFiles(backups, []);
  return collected.find(spellingsOf(password));
};
