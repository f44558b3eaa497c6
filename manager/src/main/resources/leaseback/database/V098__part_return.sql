-- Parts that came with a lease and are asked back after it.
create table part_return (
    id          uuid primary key,
    number      text not null unique,
    lease_id    uuid not null references lease,
    customer_id uuid not null references customer,
    serial      text not null,
    part        text not null,
    part_serial text,
    reason      text not null,
    state       text not null check (state in ('ASKED', 'RECEIVED', 'CANCELLED')),
    asked_at    timestamptz not null,
    due_at      timestamptz not null,
    closed_at   timestamptz,
    check ((closed_at is null) = (state = 'ASKED'))
);
create unique index part_return_at_once on part_return (lease_id, part, coalesce(part_serial, '')) where closed_at is null;
create index part_return_by_time on part_return (asked_at, id);
create index part_return_of_customer on part_return (customer_id, asked_at, id);
