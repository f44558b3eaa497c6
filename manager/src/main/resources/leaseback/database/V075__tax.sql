-- The table by which documents are taxed: one row, the operator's data.
create table tax_table (
  id int primary key check (id = 1),
  body jsonb not null,
  changed_at timestamptz not null
);
