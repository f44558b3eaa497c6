-- What was measured, as it came. A correction is a further reading that names the one it replaces.
create table reading (
  id uuid primary key,
  subject_kind text not null check (subject_kind in ('LEASE', 'HOST', 'CUSTOMER')),
  subject uuid not null,
  meter text not null,
  begins timestamptz not null,
  ends timestamptz not null check (ends > begins),
  quantity bigint not null check (quantity >= 0),
  source text not null,
  replaces uuid,
  received_at timestamptz not null
);
create index reading_of_subject on reading (subject, begins, id);
create index reading_by_time on reading (subject_kind, begins);
-- Corrected at most once; a correction may be corrected in its turn.
create unique index reading_replaced on reading (replaces) where replaces is not null;

revoke update, delete, truncate on reading from current_user;
