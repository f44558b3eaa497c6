-- Who may speak to the JSON API. Only the hash of a token is kept; CUSTOMER tokens are bound to one customer.
create table api_token (
  hash bytea primary key,
  name text not null,
  role text not null check (role in ('OPERATOR', 'FACTORY', 'CUSTOMER')),
  customer_id uuid references customer,
  created_at timestamptz not null,
  revoked_at timestamptz,
  check ((role = 'CUSTOMER') = (customer_id is not null))
);
