alter table bucket add column versioning text not null default 'OFF' check (versioning in ('OFF', 'ENABLED', 'SUSPENDED'));
-- Null: its objects cannot be locked. Else what locks a new object that asks for nothing: empty, or `GOVERNANCE 3 DAYS`.
alter table bucket add column object_lock text;
-- The rules as JSON; null for none.
alter table bucket add column lifecycle text;

-- `object` stays what is current and alive. Of the rows of one key in `object` and `version`, the one with the least age is
-- the newest; a row of `object` is newer than all in `version`.
alter table object add column version text not null default 'null';
alter table object add column age bigint not null default 9223372036854775807;
alter table object add column tags text not null default '{}';
alter table object add column lock_mode text check (lock_mode in ('GOVERNANCE', 'COMPLIANCE'));
alter table object add column retain_until timestamptz;
alter table object add column legal_hold boolean not null default false;

alter table upload add column tags text not null default '{}';
alter table upload add column lock_mode text check (lock_mode in ('GOVERNANCE', 'COMPLIANCE'));
alter table upload add column retain_until timestamptz;
alter table upload add column legal_hold boolean not null default false;

-- What is not current any more, and delete markers. `since` is when something newer came; null for a marker that is the newest.
create table version (
  bucket_id uuid not null references bucket,
  key text collate "C" not null,
  age bigint not null,
  version text not null,
  marker boolean not null,
  since timestamptz,
  id uuid not null,
  bytes bigint not null check (bytes >= 0),
  etag text not null,
  checksums text not null,
  headers text not null,
  user_pairs text not null,
  parts int not null,
  part_numbers int[] not null,
  part_bytes bigint[] not null,
  modified_at timestamptz not null,
  tags text not null,
  lock_mode text,
  retain_until timestamptz,
  legal_hold boolean not null,
  primary key (bucket_id, key, age),
  unique (bucket_id, key, version)
);

-- Who changes the versions of a key holds the row of its slot: a key with no row of its own has nothing else to lock.
create table key_turn (slot int primary key);
insert into key_turn select generate_series(0, 1023);
