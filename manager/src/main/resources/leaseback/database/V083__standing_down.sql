-- Leases whose hosts are to be emptied and released: looked for every few seconds, and few.
create index lease_standing_down on lease (id) where state = 'STANDING_DOWN';
