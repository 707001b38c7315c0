-- The tree whose paths the entries of a manifest have: another tree may come to the same manifest by other paths.
alter table :schema.tree add column is_origin boolean not null default false;
