-- What is sold beside machines: accessories once, Internet access and services by the month.
create table item (
  id text primary key,
  version integer not null check (version > 0),
  body jsonb not null,
  changed_at timestamptz not null
);
