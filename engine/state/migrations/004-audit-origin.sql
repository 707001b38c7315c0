-- From where, and in which environment, something was done. Entries of before have neither, and their hashes stay as they are.
alter table :schema.audit add column environment text;
alter table :schema.audit add column origin jsonb;
create index on :schema.audit (at);
