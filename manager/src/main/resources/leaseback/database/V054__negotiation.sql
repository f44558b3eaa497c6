-- Versions of a quote that a later one has taken the place of, each with the proposal that did so. The row of `quote` is the present one.
create table quote_version (
  quote_id uuid not null references quote,
  version integer not null check (version > 0),
  body jsonb not null,
  document bytea not null,
  document_sha256 bytea not null,
  made_at timestamptz not null,
  answer jsonb not null,
  primary key (quote_id, version)
);

-- Marks on a customer's account that rules of eligibility ask for, such as `minor` and `sanctioned`.
create table customer_flag (
  customer_id uuid not null references customer,
  flag text not null,
  set_at timestamptz not null,
  primary key (customer_id, flag)
);
