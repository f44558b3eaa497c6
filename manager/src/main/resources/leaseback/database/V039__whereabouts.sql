-- From where each host's line came, and since when: one row for each time it came from another address than before.
create table host_address (
  host_id uuid not null,
  since timestamptz not null,
  address text not null,
  port int not null,
  seen_at timestamptz not null,
  primary key (host_id, since)
);
