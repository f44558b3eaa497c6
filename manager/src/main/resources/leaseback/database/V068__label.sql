-- The random code on the label of a machine that takes part: whoever has it learns whether it still does, and nothing else.
create table label (
  code text primary key check (code ~ '^[0-9A-HJKMNP-TV-Z]{16}$'),
  lease_id uuid not null unique references lease,
  made_at timestamptz not null
);
