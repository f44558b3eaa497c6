-- What object locks held when the erasure began: `nothing`, or counts by mode.
alter table erasure add column locks text not null default 'nothing';
