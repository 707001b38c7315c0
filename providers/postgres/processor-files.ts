import type { Queryable } from '../../engine/database/index.ts';
import type { NamedFile } from '../../engine/provider/index.ts';
import type { Digest } from '../../engine/values/index.ts';
import type { PlaceSql } from './place-sql.ts';

/*
 * Which files a processor has is said by its body alone, so that there is nothing beside it that could differ from it. The
 * bodies are chosen first (materialized): other bodies, such as the files themselves, are no JSON and must not be read as it.
 */

/** Rows of (processor, path, digest) for the bodies of processors that `chosen` selects, as (digest, body). */
const namedFiles = (chosen: string): string => `
  with processor as materialized (${chosen})
  select p.digest as processor, f.value ->> 'path' as path, decode(f.value ->> 'digest', 'hex') as digest
  from processor p cross join lateral jsonb_array_elements(convert_from(p.body, 'UTF8')::jsonb -> 'files') f`;

const soundProcessors = `
  select a.digest, a.body from :schema.artifact a
  where a.digest = a.actual and a.digest in (select v.digest from :schema.artifact_version v where v.kind = 'processor')`;

const ofThese = `
  select a.digest, a.body from :schema.artifact a
  where a.digest = a.actual and a.digest in (select decode(d, 'hex') from unnest($1::text[]) as t (d))`;

export const readFiles = async (place: PlaceSql, processors: readonly Digest[]): Promise<readonly NamedFile[]> =>
  processors.length === 0
    ? []
    : place.query<NamedFile>(
        `select encode(n.processor, 'hex') as processor, n.path, encode(n.digest, 'hex') as digest
         from (${namedFiles(ofThese)}) n order by 1, 2`,
        [processors],
      );

interface DriftedFile {
  readonly processor: Digest;
  readonly path: string;
  readonly digest: Digest;
}

/** Of these digests, those that are files of processors, with every processor that names them. */
export const readUsers = (place: PlaceSql, digests: readonly Digest[]): Promise<readonly DriftedFile[]> =>
  place.query<DriftedFile>(
    `select encode(n.processor, 'hex') as processor, n.path, encode(n.digest, 'hex') as digest
     from (${namedFiles(soundProcessors)}) n
     where n.digest in (select decode(d, 'hex') from unnest($1::text[]) as t (d)) order by 1, 2`,
    [digests],
  );

/** Whether one of these bodies of processors names a file whose body is not there, or has drifted. */
export const lacksFiles = async (transaction: Queryable, processors: readonly Digest[]): Promise<boolean> => {
  if (processors.length === 0) return false;
  const lacking = await transaction.query(
    `select 1 as lacking from (${namedFiles(ofThese)}) n
     left join :schema.artifact a on a.digest = n.digest and a.digest = a.actual
     where a.digest is null limit 1`,
    [processors],
  );
  return lacking.length > 0;
};

/**
 * Removes every body that neither a row nor a processor names. Where the body of a processor was changed by hand, nobody
 * can tell here which files it has, so none is removed until that is healed.
 */
export const removeUnused = (transaction: Queryable): Promise<number> =>
  transaction.execute(
    `with named as materialized (select distinct n.digest from (${namedFiles(soundProcessors)}) n)
     delete from :schema.artifact a
     where not exists (select 1 from :schema.artifact_version v where v.digest = a.digest)
       and not exists (select 1 from named where named.digest = a.digest)
       and not exists (
         select 1 from :schema.artifact_version v left join :schema.artifact p on p.digest = v.digest and p.digest = p.actual
         where v.kind = 'processor' and p.digest is null)`,
  );
