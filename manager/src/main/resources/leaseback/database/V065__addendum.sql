-- What is offered on a lease that runs: another term, other terms, an upgrade of its machine. The row is the present version; those that it
-- took the place of are kept beside it.
create table addendum (
  id uuid primary key,
  version integer not null check (version > 0),
  kind text not null check (kind in ('RENEWAL', 'AMENDMENT', 'UPGRADE')),
  lease_id uuid not null references lease,
  customer_id uuid not null references customer,
  body jsonb not null,
  document bytea not null,
  document_sha256 bytea not null,
  made_at timestamptz not null,
  expires_at timestamptz not null,
  verdict text check (verdict in ('ACCEPTED', 'DECLINED')),
  decided_at timestamptz,
  check ((verdict is null) = (decided_at is null))
);
create index addendum_of_lease on addendum (lease_id, kind, made_at, id);

create table addendum_version (
  addendum_id uuid not null references addendum,
  version integer not null check (version > 0),
  body jsonb not null,
  document bytea not null,
  document_sha256 bytea not null,
  primary key (addendum_id, version)
);

-- Decisions are about addenda too, which have an order of their own only where something is bought.
alter table decision drop constraint decision_quote_id_fkey;
alter table decision alter column order_id drop not null;

-- When the renewal of a lease is to be spoken of next.
alter table lease add column renewal_at timestamptz;
update lease set renewal_at = (term_to at time zone zone - interval '90 days') at time zone zone
  where state in ('ACTIVE', 'PAUSED', 'WARNED', 'SUSPENDED') and ending is null;
create index lease_renewal on lease (renewal_at) where renewal_at is not null;
