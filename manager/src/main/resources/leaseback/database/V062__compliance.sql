-- Where the nightly judgement stands in each zone: `day` is judged from `next_at` on, and of its leases those up to `after` are done.
create table judging (
  zone text primary key,
  day date not null,
  after uuid,
  next_at timestamptz not null
);
create index lease_running on lease (zone, id) where state in ('ACTIVE', 'PAUSED', 'WARNED', 'SUSPENDED');

-- What was judged of one lease, provision and local day; the id is made of these three, so that judged twice is judged once.
-- good of asked: of the day itself, of the 7 and of the 30 days that end with it. excused: minutes taken out of what was asked that day.
-- readings: the rows that prove the day. standard: the version of the thresholds it was judged by.
create table finding (
  id uuid primary key,
  lease_id uuid not null,
  provision text not null check (provision in ('PRESENCE', 'DISK', 'WORK', 'AGENT_VERSION', 'TAMPER')),
  day date not null,
  kept boolean not null,
  good bigint not null,
  asked bigint not null,
  excused bigint not null,
  week_good bigint not null,
  week_asked bigint not null,
  month_good bigint not null,
  month_asked bigint not null,
  readings uuid[] not null,
  detail text not null,
  standard integer not null,
  judged_at timestamptz not null
);
create index finding_of_lease on finding (lease_id, day);
create index finding_not_kept on finding (provision, day, id) where not kept;
revoke update, delete, truncate on finding from current_user;

-- A warning and what came of it. told: how far the owner has been written to; CURED and ENDED close it.
create table breach (
  id uuid primary key,
  lease_id uuid not null,
  provision text not null,
  warned_at timestamptz not null,
  told text not null check (told in ('WARNED', 'SUSPENDED', 'CURED', 'ENDED')),
  told_at timestamptz not null
);
create unique index breach_open on breach (lease_id) where told in ('WARNED', 'SUSPENDED');
create index breach_of_lease on breach (lease_id, warned_at);

-- Times in which it was our fault that hosts could not keep their promise. heeded: deadlines to cure have been prolonged by it.
create table outage (
  id uuid primary key,
  from_at timestamptz not null,
  to_at timestamptz not null check (to_at > from_at),
  reason text not null,
  actor text not null,
  recorded_at timestamptz not null,
  heeded boolean not null
);
create index outage_by_end on outage (to_at);
create index outage_unheeded on outage (recorded_at) where not heeded;

-- By how much a deadline was moved for an outage: once each.
create table prolonging (
  outage_id uuid not null,
  lease_id uuid not null,
  minutes bigint not null,
  primary key (outage_id, lease_id)
);

-- When a manager last lived, by the real clock; a gap becomes an outage.
create table heartbeat (
  name text primary key check (name = 'manager'),
  at timestamptz not null
);

-- The thresholds, version by version; without a row, those that are built in hold.
create table standard (
  version integer primary key check (version > 1),
  body jsonb not null,
  actor text not null,
  why text not null,
  since timestamptz not null
);
