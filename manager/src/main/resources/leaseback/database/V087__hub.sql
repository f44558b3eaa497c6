-- What the packages above the audit log have not noticed yet: written with each entry, taken out when it was looked at.
create table audit_news (
  id uuid primary key,
  noted_at timestamptz not null default clock_timestamp()
);
create index audit_news_by_age on audit_news (noted_at, id);

-- Other systems that are told what happens. `next` is the number of the first event that was not delivered yet.
create table hub_listener (
  id uuid primary key,
  api text not null,
  callback text not null,
  query text not null,
  next bigint not null,
  failures integer not null default 0 check (failures >= 0),
  missed bigint not null default 0 check (missed >= 0),
  retry_at timestamptz,
  last_failure text,
  claim uuid,
  claimed_until timestamptz,
  registered_at timestamptz not null,
  registered_by text not null,
  unique (api, callback, query)
);

-- What is told, in the order in which it was noticed.
create table hub_event (
  number bigint primary key,
  id uuid not null,
  api text not null,
  type text not null,
  body text not null
);
create index hub_event_of_api on hub_event (api, number);

-- The number of the next event; whoever numbers events or registers a listener holds this row.
create table hub_count (
  one boolean primary key check (one),
  next bigint not null
);
insert into hub_count (one, next) values (true, 1);
