create table customer (
  id uuid primary key,
  name text not null,
  email text not null unique,
  zone text not null,
  created_at timestamptz not null
);

-- A customer lends (HOST), buys (USER), or both.
create table customer_role (
  customer_id uuid not null references customer,
  role text not null check (role in ('HOST', 'USER')),
  primary key (customer_id, role)
);

-- What S3 clients sign with. The secret is sealed by the master key: SigV4 needs it back, so it cannot be hashed.
create table access_key (
  id text primary key,
  customer_id uuid not null references customer,
  secret_sealed bytea not null,
  created_at timestamptz not null,
  revoked_at timestamptz
);
create index access_key_of_customer on access_key (customer_id);
