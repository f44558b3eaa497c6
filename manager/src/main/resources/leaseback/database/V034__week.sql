-- How a host kept each hour of the week that it promised, 0 = Monday 00:00 UTC; counted by the minute, by one manager a minute.
-- Each week weighs three quarters of the next. last_minute makes counting a minute twice impossible.
create table host_hour (
  host_id uuid not null,
  hour smallint not null check (hour between 0 and 167),
  present integer not null,
  promised integer not null,
  last_minute timestamptz not null,
  primary key (host_id, hour)
);

-- Whose machine it is: the provider's own machines fill gaps and are owed nothing.
alter table host add column operator text not null default 'customer' check (operator in ('customer', 'manager'));
-- The household's network as its line shows it, /24 or /48.
alter table host add column network text not null default '';

-- What is promised for each class. Rules are names in the order of leaseback.manager.placement.Rule.
create table storage_class (
  name text primary key,
  readable double precision not null check (readable > 0 and readable < 1),
  lost_per_year double precision not null check (lost_per_year > 0 and lost_per_year < 1),
  losses int not null check (losses >= 0),
  most_expansion double precision not null check (most_expansion >= 1),
  price_percent int not null check (price_percent >= 0),
  rules text[] not null,
  insisted text[] not null,
  strict boolean not null
);

alter table segment add column class text not null default 'STANDARD';
