-- Parts of leased machines that are exchanged, and what is built into which machine.
create table part_replacement (
    id             uuid primary key,
    number         text not null unique,
    lease_id       uuid not null references lease,
    customer_id    uuid not null references customer,
    serial         text not null,
    part           text not null,
    reason         text not null,
    state          text not null check (state in ('OPEN', 'SENT', 'DONE', 'CANCELLED')),
    opened_at      timestamptz not null,
    expected_until timestamptz not null,
    closed_at      timestamptz,
    check ((closed_at is null) = (state in ('OPEN', 'SENT')))
);
create unique index part_replacement_at_once on part_replacement (lease_id) where closed_at is null;
create index part_replacement_by_time on part_replacement (opened_at, id);
create index part_replacement_of_customer on part_replacement (customer_id, opened_at, id);

create table machine_part (
    id             uuid primary key,
    turn           bigint generated always as identity, -- in which order they came, where two came in one instant
    machine_serial text not null,
    kind           text not null,
    part_serial    text,
    mac            text,
    built_at       timestamptz not null,
    removed_at     timestamptz,
    why            text not null
);
create index machine_part_of_machine on machine_part (machine_serial, built_at, turn);
