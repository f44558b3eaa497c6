-- When a lease has ended and a host is empty, it gives the disk back and signs for it.
alter table host drop constraint host_state_check;
alter table host add constraint host_state_check check (state in ('ACTIVE', 'LEAVING', 'REVOKED', 'RELEASED'));
alter table host add column released_at timestamptz;
-- When it had forgotten us; null while that could not be told to it.
alter table host add column farewell_at timestamptz;
create index host_farewell on host (id) where state = 'RELEASED' and farewell_at is null;

-- What the host signed. The signature is of the document's bytes, by the key of the certificate, which was ours.
create table release_receipt (
  host_id uuid primary key references host,
  lease_id uuid not null references lease,
  document bytea not null,
  signature bytea not null,
  certificate bytea not null,
  received_at timestamptz not null
);
create index release_receipt_of_lease on release_receipt (lease_id);
