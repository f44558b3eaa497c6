-- Reports that a host gave back altered what it keeps for others, proved by who reports it; and those that turned out not to be so.
create table tamper (
  id uuid primary key,
  lease_id uuid not null,
  what text not null,
  actor text not null,
  at timestamptz not null
);
create index tamper_of_lease on tamper (lease_id, at);
create table tamper_cleared (
  tamper_id uuid primary key,
  why text not null,
  actor text not null,
  at timestamptz not null
);
revoke update, delete, truncate on tamper, tamper_cleared from current_user;
