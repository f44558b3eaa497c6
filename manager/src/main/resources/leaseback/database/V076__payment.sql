-- Money that came in, and money on its way out. A row's state moves on; what it did to the ledger is never altered.
create table payment (
  id uuid primary key,
  direction text not null check (direction in ('IN', 'OUT')),
  state text not null check (state in ('UNMATCHED', 'MATCHED', 'IN_FLIGHT', 'PAID', 'REJECTED', 'RETURNED')),
  customer_id uuid references customer,
  partner text,
  currency text not null,
  minor bigint not null check (minor > 0),
  reference text not null,
  counterparty text not null,
  value_date date not null,
  run_id uuid,
  iban_sealed bytea,
  reason text,
  at timestamptz not null,
  changed_at timestamptz not null
);
create index payment_by_time on payment (at, id);
create index payment_of_customer on payment (customer_id, at, id);
create index payment_of_partner on payment (partner, at, id) where partner is not null;
create index payment_of_run on payment (run_id, id) where run_id is not null;
create index payment_waiting on payment (state, at, id) where state in ('UNMATCHED', 'IN_FLIGHT');

-- finished: all that was owed when it began is on its way; a run that was broken off goes on where it stood.
create table payout_run (
  id uuid primary key,
  currency text not null,
  threshold_minor bigint not null check (threshold_minor >= 0),
  at timestamptz not null,
  finished boolean not null
);

-- Each entry of each statement of the bank, once. The digest tells when the bank says something else under the same place.
create table bank_entry (
  id uuid primary key,
  statement text not null,
  digest text not null,
  payment_id uuid,
  taken_at timestamptz not null
);

-- Where Internet providers and other partners are paid.
create table partner_details (
  item text primary key,
  name text not null,
  street text not null,
  postcode text not null,
  city text not null,
  country text not null check (country ~ '^[A-Z]{2}$'),
  vat_id text,
  iban_sealed bytea,
  language text not null,
  changed_at timestamptz not null
);
