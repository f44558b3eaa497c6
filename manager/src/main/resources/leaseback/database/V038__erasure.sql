-- The erasing of one tenant. From `begun_at` on nothing of theirs opens; then rows, then pieces go; `ended_at` closes it with a
-- signed document.
create table erasure (
  id uuid primary key,
  tenant_id uuid not null unique,
  actor text not null,
  reason text not null,
  despite_locks boolean not null,
  begun_at timestamptz not null,
  keys text not null,
  access_keys int not null,
  buckets bigint not null default 0,
  objects bigint not null default 0,
  versions bigint not null default 0,
  uploads bigint not null default 0,
  bytes bigint not null default 0,
  listed_at timestamptz,
  ended_at timestamptz,
  document bytea,
  signature bytea,
  signing_key int
);
create index erasure_open on erasure (begun_at) where ended_at is null;

-- What each host said when it was asked to delete its pieces: `unheard` are those on hosts that were revoked, which nobody asks.
create table erasure_host (
  erasure_id uuid not null references erasure,
  host int not null,
  deleted bigint not null,
  unheard bigint not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (erasure_id, host)
);

alter table garbage add column erasure_id uuid;
create index garbage_of_erasure on garbage (erasure_id) where erasure_id is not null;
