-- Days of a lease that are promised whole, such as public holidays. What was promised stays: rows of days gone by are never changed.
create table lease_holiday (
  lease_id uuid not null references lease,
  day date not null,
  summary text not null,
  primary key (lease_id, day)
);

-- Grows with every change of the days, so that hosts are told.
alter table lease add column holidays_version integer not null default 0 check (holidays_version >= 0);
