-- Small contents lie many together in one content of their own, the pack: its segments lie on hosts like any others.
-- `holes`: bytes of it that belong to nothing any more.
create table pack (
  id uuid primary key,
  tenant_id uuid not null,
  bucket_id uuid not null,
  class text not null,
  bytes bigint not null,
  holes bigint not null,
  packed_at timestamptz not null
);

-- Where in which pack the sealed bytes of a small content lie; its own key opens them. k = 0 and no inline: they are in the pack.
alter table segment add column pack_id uuid;
alter table segment add column pack_from bigint;
create index segment_of_pack on segment (pack_id) where pack_id is not null;

-- Contents whose sealed bytes wait in their rows to be packed. A packer claims them by moving `due`.
create table staged (
  content_id uuid primary key,
  tenant_id uuid not null,
  bucket_id uuid not null,
  class text not null,
  bytes int not null,
  since timestamptz not null,
  due timestamptz not null
);
create index staged_of_bucket on staged (bucket_id, since);
