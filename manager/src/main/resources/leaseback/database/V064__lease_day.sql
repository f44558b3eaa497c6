-- Up to where what was seen of hosts has been written down as readings of their leases, zone by zone: presence by the fleet, audits by upkeep.
create table presence_written (
  zone text primary key,
  day date not null,
  after uuid,
  next_at timestamptz not null
);
create table audits_written (
  zone text primary key,
  day date not null,
  after uuid,
  next_at timestamptz not null
);
-- Leases that ended on a day have kept or not kept the part of it before.
create index lease_ended on lease (zone, state_at) where state in ('STANDING_DOWN', 'RELEASED');
-- Of the failures of that hour, those for which the manager itself was to blame.
alter table audit_hour add column excused bigint not null default 0;
