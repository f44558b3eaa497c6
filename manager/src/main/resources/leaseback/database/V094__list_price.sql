-- The prices of another cloud, which ours are compared with. Every version stays.
create table list_price (
    currency   text not null,
    version    integer not null,
    body       jsonb not null,
    created_at timestamptz not null,
    primary key (currency, version)
);
