-- When every byte that a backup rests on, those in the packs of older ones included, was last read and came out right.
-- Unknown for backups of before; they are read once more before a release counts on them.
alter table :schema.backup add column proven_at timestamptz;
