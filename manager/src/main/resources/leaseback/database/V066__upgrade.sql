-- What machines that are there already are upgraded with.
create table upgrade_part (
  id text primary key,
  version integer not null check (version > 0),
  body jsonb not null,
  changed_at timestamptz not null
);

-- Machines that customers had before any lease, whoever made them, with the facts collected about them.
create table owned_machine (
  id uuid primary key,
  serial text not null unique,
  customer_id uuid not null references customer,
  body jsonb not null,
  registered_at timestamptz not null
);
create index owned_machine_of_customer on owned_machine (customer_id, registered_at, id);

-- An order follows from a quote or from an addendum; one that upgrades a machine names it, and keeps its manifest itself.
alter table customer_order drop constraint customer_order_quote_id_fkey;
alter table customer_order add column machine_id uuid;
alter table customer_order add column manifest bytea;
alter table customer_order add column signature bytea;
alter table customer_order add column signing_key integer references signing_key;
create index customer_order_of_machine on customer_order (machine_id, placed_at, id) where machine_id is not null;

-- A machine whose lease is over may be leased back again.
alter table lease drop constraint lease_machine_id_key;
create unique index lease_of_machine on lease (machine_id) where state not in ('RELEASED', 'WITHDRAWN');
