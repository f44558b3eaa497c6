-- Who a document is written to, and where money goes. The account number is sealed by the root key.
create table billing_details (
  customer_id uuid primary key references customer,
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

-- The same of us, the provider: one row.
create table provider_details (
  id int primary key check (id = 1),
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
