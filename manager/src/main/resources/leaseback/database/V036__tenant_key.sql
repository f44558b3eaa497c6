-- One key a tenant (the owner of the buckets), in versions; sealed by the master key. A destroyed one keeps its row and number.
create table tenant_key (
  id text primary key,
  tenant_id uuid not null,
  version int not null,
  sealed bytea,
  created_at timestamptz not null,
  destroyed_at timestamptz,
  check ((sealed is null) = (destroyed_at is not null))
);
create index tenant_key_of_tenant on tenant_key (tenant_id, version);

-- Whose key sealed the segment's, so that it can be found to be sealed again, or to be erased. Null: the master key itself did.
alter table segment add column tenant_id uuid;
alter table segment add column key_version int;
create index segment_of_tenant on segment (tenant_id, key_version);
alter table leftover add column tenant_id uuid;
