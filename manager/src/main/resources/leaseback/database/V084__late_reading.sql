-- Until when everything was known that the account's closed months rest on.
alter table customer add column closed_at timestamptz;
-- Readings that may have come after their month was closed: looked for at every closing, and few.
create index reading_late on reading (subject, begins) where received_at - ends > interval '3 hours';
