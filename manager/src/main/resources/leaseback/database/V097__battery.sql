-- What keeps a machine on when the mains fails, by its last report; all null where it has nothing of the kind.
alter table host add column battery_percent smallint;
alter table host add column battery_discharging boolean;
alter table host add column battery_minutes integer;
alter table host add column battery_milliwatt_hours bigint;
