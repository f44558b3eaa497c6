-- A piece may lie where it does not count on more than one host: where it was too slow, and where a repair is taking it.
-- `intent`: a repair is writing it there now, moves `due` on while it lives, and takes the row away when it commits.
alter table leftover add column intent boolean not null default false;
alter table leftover drop constraint leftover_pkey;
alter table leftover add primary key (root, piece, host);

-- Pieces that were found wrong or absent where the segment says they are. They count as lost until repair has replaced them.
create table flaw (
  root uuid not null,
  piece int not null,
  host int not null,
  kind text not null check (kind in ('ALTERED', 'MISSING')),
  found_at timestamptz not null,
  primary key (root, piece, host)
);
create index flaw_of_host on flaw (host);

-- Segments that have pieces to make, the most at risk first. A row is claimed by moving `due`.
create table repair (
  content_id uuid not null,
  start bigint not null,
  margin int not null,
  days double precision not null,
  pieces int not null,
  found_at timestamptz not null,
  due timestamptz not null,
  attempts int not null default 0,
  said text not null default '',
  primary key (content_id, start)
);
create index repair_order on repair (margin, days, content_id, start);

-- Which manager does what only one should do, and since when somebody has been doing it without a gap.
create table duty (
  name text primary key,
  holder uuid not null,
  held_until timestamptz not null,
  since timestamptz not null
);

-- Times in which no manager watched the hosts: nobody is blamed for them.
create table unwatched (
  from_at timestamptz primary key,
  to_at timestamptz not null
);

-- The figures of the last walk over all segments, as JSON.
create table upkeep_figures (
  id text primary key check (id = 'last'),
  taken_at timestamptz not null,
  figures text not null
);

-- What repair has done, by the hour.
create table repair_hour (
  at timestamptz primary key,
  segments bigint not null,
  pieces bigint not null,
  read_bytes bigint not null,
  sent_bytes bigint not null,
  failed bigint not null
);

-- Since when a host that leaves holds nothing any more.
alter table host add column emptied_at timestamptz;

-- How each host stands; see docs/upkeep.md. alpha and beta: good and failed audits, old ones counting less and less.
-- inventory: all its pieces are to be asked for. process_id: of the agent that was last asked.
create table standing (
  host_id uuid primary key,
  alpha double precision not null,
  beta double precision not null,
  step text not null check (step in ('GOOD', 'WARNED', 'SUSPENDED', 'PARTING')),
  since timestamptz not null,
  why text not null default '',
  online double precision not null default 1,
  inventory boolean not null default false,
  process_id bigint not null default 0
);
create index standing_not_good on standing (step) where step <> 'GOOD';

-- Answers to audits, by host and hour.
create table audit_hour (
  host_id uuid not null,
  at timestamptz not null,
  good bigint not null default 0,
  altered bigint not null default 0,
  missing bigint not null default 0,
  silent bigint not null default 0,
  bytes bigint not null default 0,
  primary key (host_id, at)
);
create index audit_hour_at on audit_hour (at);

-- Cells that a host has not answered for in time: asked again, at most three times in all.
create table contained (
  host_id uuid not null,
  root uuid not null,
  piece int not null,
  stripe int not null,
  content_id uuid not null,
  start bigint not null,
  times int not null,
  again_at timestamptz not null,
  primary key (host_id, root, piece, stripe)
);
