-- One row a lease-back agreement, from its offer on. Plan and share are those agreed upon, not those in the catalogue today.
create table lease (
  id uuid primary key,
  number text not null unique,
  customer_id uuid not null references customer,
  zone text not null,
  plan jsonb not null,
  share jsonb not null,
  pay_minor bigint not null check (pay_minor >= 0),
  pay_currency text not null,
  terms_version integer not null check (terms_version > 0),
  version integer not null check (version > 0),
  state text not null check (state in ('OFFERED', 'DECLINED', 'ACCEPTED', 'CONFIGURED', 'DELIVERED', 'ACTIVE')),
  state_at timestamptz not null,
  expires_at timestamptz not null,
  machine_id uuid unique,
  leased_bytes bigint check (leased_bytes > 0),
  created_at timestamptz not null,
  check ((state in ('CONFIGURED', 'DELIVERED', 'ACTIVE')) = (machine_id is not null and leased_bytes is not null))
);
create index lease_of_customer on lease (customer_id, created_at, id);
create index lease_by_age on lease (created_at, id);

create table lease_transition (
  lease_id uuid not null references lease,
  version integer not null,
  from_state text,
  to_state text not null,
  actor text not null,
  at timestamptz not null,
  reason text not null,
  primary key (lease_id, version)
);
