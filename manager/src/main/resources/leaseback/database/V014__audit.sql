create table audit_entry (
  id uuid primary key,
  at timestamptz not null,
  actor text not null,
  act text not null,
  subject text not null,
  detail text not null
);
create index audit_entry_by_subject on audit_entry (subject, at);
create index audit_entry_by_age on audit_entry (at, id);
