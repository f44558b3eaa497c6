-- What customers were told. Of one thing each is told once: the id is made of the customer and what it is about. No foreign key, as with the ledger.
create table letter (
  id uuid primary key,
  customer_id uuid not null,
  at timestamptz not null,
  about text not null,
  subject text not null,
  body text not null
);
create index letter_of_customer on letter (customer_id, at, id);
create index letter_by_time on letter (at, id);

revoke update, delete, truncate on letter from current_user;
