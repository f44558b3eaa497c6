-- Tokens have a name of their own, by which their owner lists and revokes them, and may run out.
alter table api_token add column id uuid;
alter table api_token add column expires_at timestamptz;
update api_token set id = cast(md5(encode(hash, 'hex')) as uuid);
alter table api_token alter column id set not null;
create unique index api_token_by_id on api_token (id);
create index api_token_of_customer on api_token (customer_id, created_at, id);

-- Customers who sign in. As with operators, every attempt is counted before the password is looked at.
create table customer_password (
  customer_id uuid primary key references customer,
  password_hash text not null,
  failures integer not null default 0,
  wait_until timestamptz,
  changed_at timestamptz not null
);

create index audit_entry_by_actor on audit_entry (actor, at, id);
