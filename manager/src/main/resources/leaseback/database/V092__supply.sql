-- What a partner gets a month for what it supplies to our customers, such as Internet access. A new price ends the one before it;
-- what was in force stays to be read.
create table supply (
    id         uuid primary key,
    product    text not null,
    partner    text not null,
    minor      bigint not null check (minor >= 0),
    currency   text not null,
    begins     timestamptz not null,
    ends       timestamptz,
    created_at timestamptz not null
);

create index supply_product on supply (product, begins);
