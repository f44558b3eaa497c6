-- The certificate authority: one row. The private key is sealed by the master key.
create table authority (
    id          text primary key check (id = 'root'),
    certificate bytea       not null,
    key_sealed  bytea       not null,
    created_at  timestamptz not null
);

-- Every certificate ever issued; one that is not here is refused, whoever signed it.
create table certificate (
    serial     text primary key,
    kind       text        not null check (kind in ('HOST', 'MANAGER')),
    subject_id uuid        not null,
    sha256     bytea       not null,
    issued_at  timestamptz not null,
    not_after  timestamptz not null,
    revoked_at timestamptz
);
create index certificate_by_subject on certificate (subject_id);
create index certificate_revoked on certificate (revoked_at) where revoked_at is not null;

-- Enrolled machines. An alias stands for the host in packed lists of pieces and is never used again.
create table host (
    id            uuid primary key,
    alias         integer     not null unique check (alias >= 0),
    serial        text        not null,
    machine_id    uuid        not null,
    owner_id      uuid        not null,
    lease_id      uuid        not null,
    state         text        not null check (state in ('ACTIVE', 'LEAVING', 'REVOKED')),
    enrolled_at   timestamptz not null,
    reported_at   timestamptz,
    agent_version text        not null default '',
    process_id    bigint      not null default 0,
    started_at    timestamptz,
    terms_version integer     not null default 0,
    used_bytes    bigint      not null default 0,
    pieces        bigint      not null default 0
);
create index host_by_lease on host (lease_id);

-- Running manager processes; one unseen for five seconds counts as gone. seen_at is the database's clock.
create table manager (
    id           uuid primary key,
    line_address text        not null,
    peer_address text,
    started_at   timestamptz not null,
    seen_at      timestamptz not null
);

-- Who holds a host's control line. Claimed by upsert with epoch + 1, released only where the epoch is one's own.
create table host_link (
    host_id    uuid primary key,
    manager_id uuid,
    epoch      bigint      not null,
    claimed_at timestamptz not null
);
create index host_link_by_manager on host_link (manager_id);

-- Minutes of the serving window in which the host answered, by day of the owner's zone.
-- last_minute makes counting a minute twice impossible.
create table host_presence (
    host_id         uuid        not null,
    day             date        not null,
    minutes_present integer     not null,
    last_minute     timestamptz not null,
    primary key (host_id, day)
);
