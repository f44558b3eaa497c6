-- What is to become one object of an access log: opened by its first record, closed when it is to be delivered. Of one target, prefix
-- and partition one is open. `partition` is the source bucket where logs are kept apart by source, else empty. Gone with its target.
create table log_batch (
  id uuid primary key,
  target_id uuid not null references bucket on delete cascade,
  prefix text not null,
  partition text not null,
  source text not null,
  source_owner uuid not null,
  form text not null check (form in ('SIMPLE', 'EVENT_TIME', 'DELIVERY_TIME')),
  opened_at timestamptz not null,
  closed_at timestamptz,
  due timestamptz not null
);
create unique index log_batch_open on log_batch (target_id, prefix, partition) where closed_at is null;
create index log_batch_due on log_batch (due);

-- Ids grow with time.
create table log_record (
  batch_id uuid not null references log_batch on delete cascade,
  id uuid not null,
  line text not null,
  primary key (batch_id, id)
);
