-- Who else sells for us, and what they get of it.
create table sales_channel (
  id text primary key,
  version integer not null check (version > 0),
  body jsonb not null,
  changed_at timestamptz not null
);
alter table quote add column channel_id text;
create index quote_of_channel on quote (channel_id, created_at, id) where channel_id is not null;
alter table customer_order add column channel_id text;
create index customer_order_of_channel on customer_order (channel_id, placed_at, id) where channel_id is not null;
alter table api_token add column channel_id text references sales_channel;
alter table api_token drop constraint api_token_role_check;
alter table api_token add constraint api_token_role_check check (role in ('OPERATOR', 'FACTORY', 'CUSTOMER', 'CHANNEL'));
alter table api_token add constraint api_token_channel_known check ((role = 'CHANNEL') = (channel_id is not null));

-- Quotes for many machines at once; those of its machines follow from its id.
create table bulk_quote (
  id uuid primary key,
  customer_id uuid not null references customer,
  count integer not null check (count between 1 and 200),
  created_at timestamptz not null
);
