create table bucket (
  id uuid primary key,
  name text not null unique,
  owner_id uuid not null references customer,
  created_at timestamptz not null
);
create index bucket_of_owner on bucket (owner_id);

-- One row an object. "C" is the order of the keys' UTF-8 bytes, which is S3's. `id` names the object's content.
create table object (
  bucket_id uuid not null references bucket,
  key text collate "C" not null,
  id uuid not null,
  bytes bigint not null check (bytes >= 0),
  etag text not null,
  checksums text not null,
  headers text not null,
  user_pairs text not null,
  parts int not null,
  part_numbers int[] not null,
  part_bytes bigint[] not null,
  modified_at timestamptz not null,
  primary key (bucket_id, key)
);

create table upload (
  id uuid primary key,
  bucket_id uuid not null references bucket,
  key text collate "C" not null,
  headers text not null,
  user_pairs text not null,
  settings text not null,
  started_at timestamptz not null
);
create index upload_of_key on upload (bucket_id, key, id);

create table part (
  upload_id uuid not null references upload,
  number int not null check (number between 1 and 10000),
  content_id uuid not null,
  bytes bigint not null,
  etag text not null,
  checksums text not null,
  modified_at timestamptz not null,
  primary key (upload_id, number)
);

-- The bytes of an object or part: one row a segment, never a row a piece. `hosts` holds the hosts' aliases in the order
-- of the pieces, -1 where there is none; the pieces' ids follow from `root`. k = 0: the bytes are `inline`, sealed.
create table segment (
  content_id uuid not null,
  start bigint not null,
  bytes int not null check (bytes > 0),
  root uuid not null,
  k smallint not null,
  hosts int[] not null,
  sealed_key bytea not null,
  inline bytea,
  primary key (content_id, start)
);

-- Contents whose pieces are to be deleted from `due` on. With `intent` it is a content being written: its writer moves
-- `due` on while it lives and takes the row away when it commits; the row of a writer that died becomes due by itself.
create table garbage (
  content_id uuid primary key,
  intent boolean not null,
  due timestamptz not null
);
create index garbage_due on garbage (due);

-- Single pieces that may lie on a host although their segment does not count on them: the host was too slow.
create table leftover (
  root uuid not null,
  piece int not null,
  host int not null,
  due timestamptz not null,
  primary key (root, piece)
);
create index leftover_due on leftover (due);
