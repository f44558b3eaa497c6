-- The whole life of a lease: who runs it may pause, warn, end and release it. `term_to` is when it ends; `ending` says why, when that is
-- certain already. `deadline` is the instant at which its present state ends by itself, `next_at` the next instant at which anything happens.
alter table lease drop constraint lease_state_check;
alter table lease drop constraint lease_check;
alter table lease add constraint lease_state_check check (state in ('OFFERED', 'LAPSED', 'DECLINED', 'ACCEPTED', 'OWNED', 'CONFIGURED', 'DELIVERED',
  'ACTIVE', 'PAUSED', 'WARNED', 'SUSPENDED', 'STANDING_DOWN', 'RELEASED', 'WITHDRAWN'));
alter table lease add column delivered_at timestamptz;
alter table lease add column term_from timestamptz;
alter table lease add column term_to timestamptz;
alter table lease add column ending text check (ending in ('EXPIRED', 'NOTICE_BY_CUSTOMER', 'NOTICE_BY_PROVIDER', 'WITHDRAWN', 'BREACH'));
alter table lease add column deadline timestamptz;
alter table lease add column paused_by text check (paused_by in ('CUSTOMER', 'PROVIDER'));
alter table lease add column provision text;
alter table lease add column next_at timestamptz;
update lease set delivered_at = state_at where state in ('DELIVERED', 'ACTIVE');
update lease set term_from = state_at,
  term_to = (state_at at time zone zone + make_interval(months => cast(plan ->> 'termMonths' as integer))) at time zone zone where state = 'ACTIVE';
update lease set next_at = case state when 'OFFERED' then expires_at else term_to end where state in ('OFFERED', 'ACTIVE');
alter table lease add constraint lease_machine_known check (state not in ('CONFIGURED', 'DELIVERED', 'ACTIVE', 'PAUSED', 'WARNED', 'SUSPENDED',
  'STANDING_DOWN', 'RELEASED') or machine_id is not null and leased_bytes is not null);
alter table lease add constraint lease_term_known check (state not in ('ACTIVE', 'PAUSED', 'WARNED', 'SUSPENDED')
  or term_from is not null and term_to is not null);
alter table lease add constraint lease_ending_known check (state not in ('STANDING_DOWN', 'RELEASED') or ending is not null);
alter table lease add constraint lease_deadline_known check (state not in ('PAUSED', 'WARNED', 'SUSPENDED') or deadline is not null);
create index lease_next on lease (next_at) where next_at is not null;

alter table lease_transition add column next_at timestamptz;

-- What was agreed, version by version, and since when it holds; the row of `lease` carries the one that holds now.
create table lease_terms (
  lease_id uuid not null references lease,
  version integer not null check (version > 0),
  effective_at timestamptz not null,
  plan jsonb not null,
  share jsonb not null,
  leased_bytes bigint check (leased_bytes > 0),
  pay_minor bigint not null check (pay_minor >= 0),
  pay_currency text not null,
  why text not null,
  agreed_at timestamptz not null,
  primary key (lease_id, version)
);
insert into lease_terms (lease_id, version, effective_at, plan, share, leased_bytes, pay_minor, pay_currency, why, agreed_at)
  select id, terms_version, created_at, plan, share, leased_bytes, pay_minor, pay_currency, 'as offered', created_at from lease;

-- How long an owner has paused, so that a year's holidays can be counted.
create table lease_pause (
  lease_id uuid not null references lease,
  began_at timestamptz not null,
  ended_at timestamptz,
  paused_by text not null check (paused_by in ('CUSTOMER', 'PROVIDER')),
  reason text not null,
  primary key (lease_id, began_at)
);
