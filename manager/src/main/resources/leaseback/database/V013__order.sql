-- A quote is the exact thing that is accepted or declined: its body and the document the customer read.
create table quote (
  id uuid primary key,
  version integer not null check (version > 0),
  customer_id uuid not null references customer,
  lease_id uuid not null unique references lease,
  body jsonb not null,
  document bytea not null,
  document_sha256 bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index quote_of_customer on quote (customer_id, created_at, id);
create index quote_by_age on quote (created_at, id);

create table customer_order (
  id uuid primary key,
  number text not null unique,
  customer_id uuid not null references customer,
  quote_id uuid not null unique references quote,
  lease_id uuid unique references lease,
  body jsonb not null,
  total_minor bigint not null,
  total_currency text not null,
  placed_at timestamptz not null,
  configured_at timestamptz,
  delivered_at timestamptz,
  check (delivered_at is null or configured_at is not null)
);
create index customer_order_of_customer on customer_order (customer_id, placed_at, id);
create index customer_order_by_age on customer_order (placed_at, id);

-- The explicit act, with what proves it. One a quote: the primary key decides a race between yes and no.
create table decision (
  quote_id uuid primary key references quote,
  quote_version integer not null,
  verdict text not null check (verdict in ('ACCEPTED', 'DECLINED')),
  document bytea not null,
  document_sha256 bytea not null,
  decided_at timestamptz not null,
  actor text not null,
  channel text not null,
  order_id uuid not null unique references customer_order
);

create table machine (
  id uuid primary key,
  serial text not null unique,
  order_id uuid not null unique references customer_order,
  customer_id uuid not null references customer,
  manifest bytea not null,
  signature bytea not null,
  signing_key integer not null,
  made_at timestamptz not null
);

-- The provider's keys for manifests; the private half is sealed by the master key. The newest signs, all verify.
create table signing_key (
  number integer primary key,
  public_key bytea not null,
  private_sealed bytea not null,
  created_at timestamptz not null
);

-- One a machine; only the hash of the code is kept.
create table claim_code (
  hash bytea primary key,
  machine_id uuid not null unique,
  serial text not null,
  lease_id uuid not null references lease,
  owner_id uuid not null references customer,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
