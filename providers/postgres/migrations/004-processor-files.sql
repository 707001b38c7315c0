-- The files of processors. The body of a processor names them by their digests, and their bytes are bodies of their own.

-- Every file of the processors under the pointer, with its bytes.
create view :schema.processor_files as
with processor as materialized (
  select v.name, p.active as seq, convert_from(a.body, 'UTF8')::jsonb as body
  from :schema.place p
  join :schema.artifact_version v on v.from_seq <= p.active and (v.to_seq is null or v.to_seq > p.active)
  join :schema.artifact a on a.digest = v.digest
  where v.kind = 'processor'
)
select p.name, m.version, p.seq, f.value ->> 'path' as path, f.value ->> 'mode' as mode, f.value ->> 'digest' as digest,
       octet_length(a.body) as size, a.body as content
from processor p
cross join lateral jsonb_array_elements(p.body -> 'files') f
left join :schema.artifact a on a.digest = decode(f.value ->> 'digest', 'hex')
left join :schema.marker m on m.seq = p.seq;

create function :schema.processor_at(at_seq integer, of_name text) returns jsonb
language sql stable as $$ select :schema.artifact_at('processor', at_seq, of_name) $$;

-- The bytes of one file in a sequence, so that a consumer can stay with the version it started with.
create function :schema.processor_file_at(at_seq integer, of_name text, of_path text) returns bytea
language sql stable as $$
  select a.body
  from jsonb_array_elements(:schema.processor_at(at_seq, of_name) -> 'files') f
  join :schema.artifact a on a.digest = decode(f.value ->> 'digest', 'hex')
  where f.value ->> 'path' = of_path
$$;
