-- Plain values for workflows: changed only in the transaction that moves the pointer.
create table :schema.variable (
  name text primary key,
  value text not null
);

-- All variables as of that activation: what the table should hold while it is the last one.
alter table :schema.activation add column variables jsonb;

create view :schema.variables as select name, value from :schema.variable;
