-- What each tenant stored and used, hour by hour of UTC; taken out again when a local day of theirs has become readings.
create table tenant_hour (
  customer_id uuid not null references customer,
  hour timestamptz not null,
  stored bigint not null default 0 check (stored >= 0),
  requests bigint not null default 0 check (requests >= 0),
  ingress bigint not null default 0 check (ingress >= 0),
  egress bigint not null default 0 check (egress >= 0),
  primary key (customer_id, hour)
);

-- Hours for which what is stored was counted, by whichever manager came first.
create table tenant_weighing (hour timestamptz primary key);

-- Bills that are so late that services are frozen.
create index bill_frozen on bill (id) where reminders > 3 and settled_at is null;
