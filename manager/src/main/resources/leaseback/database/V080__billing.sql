-- What is sold by the month and by use: every version stays, because subscriptions keep theirs.
create table product (
  id text not null,
  version integer not null check (version > 0),
  body jsonb not null,
  created_at timestamptz not null,
  primary key (id, version)
);

-- What a customer has from month to month. origin: what it came with, so that it is made once.
create table subscription (
  id uuid primary key,
  customer_id uuid not null references customer,
  lease_id uuid references lease,
  origin text not null unique,
  product jsonb not null,
  begins timestamptz not null,
  ends timestamptz check (ends >= begins)
);
create index subscription_of_customer on subscription (customer_id, begins);

-- The published sliding scale, by version; the one of a month is the last that was in force when it began.
create table scale (
  currency text not null,
  version integer not null check (version > 0),
  in_force_from timestamptz not null,
  body jsonb not null,
  primary key (currency, version)
);

-- Bills, and payouts, which are what we owe. A document is never altered; only what has become of it since (reminders) is.
-- paid: what it comes to for the ledger account of the customer, receivable or payable.
create table bill (
  id uuid primary key,
  number text not null unique,
  kind text not null check (kind in ('BILL', 'PAYOUT')),
  customer_id uuid not null references customer,
  order_id uuid unique references customer_order,
  period_from timestamptz not null,
  period_to timestamptz not null check (period_to > period_from),
  currency text not null,
  issued_at timestamptz not null,
  due_at timestamptz not null,
  gross_minor bigint not null,
  held_minor bigint not null check (held_minor >= 0),
  held_released_in text,
  body jsonb not null,
  settled_at timestamptz,
  reminders integer not null default 0,
  next_at timestamptz
);
create unique index bill_once on bill (customer_id, kind, currency, period_from) where order_id is null;
create index bill_of_customer on bill (customer_id, issued_at, id);
create index bill_by_time on bill (issued_at, id);
create index bill_next on bill (next_at) where next_at is not null;
create index bill_held on bill (customer_id, period_from) where held_minor > 0 and held_released_in is null;

create table document_number (
  series text primary key,
  last bigint not null
);

-- What was set against what, at the end of a month.
create table settlement (
  id uuid primary key,
  customer_id uuid not null references customer,
  currency text not null,
  at timestamptz not null,
  body jsonb not null
);
create index settlement_of_customer on settlement (customer_id, at, id);

-- The account's next month to be billed: everybody's first is found at once.
alter table customer add column billed_until timestamptz;
alter table customer add column next_bill_at timestamptz not null default '1970-01-01T00:00:00Z';
create index customer_next_bill on customer (next_bill_at);

-- Orders that were delivered and have no bill yet.
alter table customer_order add column billed_at timestamptz;
create index customer_order_unbilled on customer_order (delivered_at) where delivered_at is not null and billed_at is null;
