-- What consumers of a place read: the content under the pointer, and that of any sequence that is still kept.

create view :schema.active_artifact as
select v.kind, v.name, m.version, p.active as seq, encode(v.digest, 'hex') as digest,
       convert_from(a.body, 'UTF8')::jsonb as definition
from :schema.place p
join :schema.artifact_version v on v.from_seq <= p.active and (v.to_seq is null or v.to_seq > p.active)
join :schema.artifact a on a.digest = v.digest
left join :schema.marker m on m.seq = p.active;

create view :schema.workflows as
select name, version, seq, digest, definition from :schema.active_artifact where kind = 'workflow';
create view :schema.agents as
select name, version, seq, digest, definition from :schema.active_artifact where kind = 'agent';
create view :schema.processors as
select name, version, seq, digest, definition from :schema.active_artifact where kind = 'processor';

-- The definition that a name has in a sequence, so that a consumer can stay with the version it started with.
create function :schema.artifact_at(of_kind text, at_seq integer, of_name text) returns jsonb
language sql stable as $$
  select convert_from(a.body, 'UTF8')::jsonb
  from :schema.artifact_version v
  join :schema.artifact a on a.digest = v.digest
  where v.kind = of_kind and v.name = of_name and v.from_seq <= at_seq and (v.to_seq is null or v.to_seq > at_seq)
$$;
create function :schema.workflow_at(at_seq integer, of_name text) returns jsonb
language sql stable as $$ select :schema.artifact_at('workflow', at_seq, of_name) $$;
create function :schema.agent_at(at_seq integer, of_name text) returns jsonb
language sql stable as $$ select :schema.artifact_at('agent', at_seq, of_name) $$;
