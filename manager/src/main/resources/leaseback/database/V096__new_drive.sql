-- A machine whose drive was exchanged lost its key: its next code makes it the host that it was.
alter table claim_code add column host_id uuid; -- null for a machine that is to become a host
create index part_replacement_of_lease on part_replacement (lease_id);
