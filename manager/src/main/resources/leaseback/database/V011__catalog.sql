-- What is sold and what is asked for: the record itself, as JSON; quotes keep a copy of the version they were made from.
create table offering (
  id text primary key,
  version integer not null check (version > 0),
  body jsonb not null,
  changed_at timestamptz not null
);

create table lease_plan (
  id text primary key,
  version integer not null check (version > 0),
  body jsonb not null,
  changed_at timestamptz not null
);
