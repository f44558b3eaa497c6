-- Of what is encrypted under a key from outside (SSE-C) or a named key of its tenant (SSE-KMS) before it is sealed:
-- the segment's inner key, under that key. Null for all else.
alter table segment add column cover bytea;

-- Tenants' named keys. Sealed null: destroyed, and with it all that is encrypted under it.
create table named_key (
    id           text primary key,
    tenant_id    uuid not null,
    name         text not null,
    sealed       bytea,
    created_at   timestamptz not null,
    destroyed_at timestamptz
);
create index named_key_of_tenant on named_key (tenant_id);

-- The checksum of each part, in their order, parted by blanks; null where the upload named no algorithm.
alter table object add column part_sums text;
alter table version add column part_sums text;

-- Uploads that were completed, for a while: a client that did not get the answer asks again.
create table upload_done (
    id        uuid primary key,
    bucket_id uuid not null,
    key       text collate "C" not null,
    version   text not null,
    etag      text not null,
    checksums text not null,
    headers   text not null,
    at        timestamptz not null
);
create index upload_done_at on upload_done (at);
