-- What is posted stays posted: a correction is a further transfer. No foreign keys point at these tables, because PostgreSQL checks a
-- foreign key with `for key share`, which takes the right to update that is revoked below; a transfer and its legs are written by one
-- transaction, and `ledger verify` looks for the one without the other.
create table transfer (
  id uuid primary key,
  at timestamptz not null,
  code text not null,
  description text not null,
  value_date date not null,
  reverses uuid
);
create index transfer_by_time on transfer (at, id);
-- Reversed at most once.
create unique index transfer_reversed on transfer (reverses) where reverses is not null;

-- A leg takes from one account and gives to another, so every sum over all accounts is zero whatever the rows are.
-- at: the transfer's, so that an account's sums and statements need no join.
create table transfer_leg (
  transfer_id uuid not null,
  line int not null check (line > 0),
  at timestamptz not null,
  debit text collate "C" not null check (debit ~ '^(assets|liabilities|equity|revenue|expenses):'),
  credit text collate "C" not null check (credit ~ '^(assets|liabilities|equity|revenue|expenses):'),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  minor bigint not null check (minor > 0),
  source_kind text not null,
  source_id text not null,
  source_line int not null,
  primary key (transfer_id, line),
  check (debit <> credit)
);
create index transfer_leg_debit on transfer_leg (debit, currency, at) include (minor);
create index transfer_leg_credit on transfer_leg (credit, currency, at) include (minor);
create index transfer_leg_source on transfer_leg (source_kind, source_id, source_line);

-- Days by UTC. A row is what those who post into a day share and what its closing takes alone; it says nothing itself.
create table ledger_day (day date primary key);

-- The chain: hash = SHA-256 over the hash of the day before and the canonical text of this day's transfers.
create table ledger_closing (
  day date primary key,
  previous text not null,
  hash text not null,
  transfers bigint not null,
  closed_at timestamptz not null
);

revoke update, delete, truncate on transfer, transfer_leg, ledger_closing from current_user;
