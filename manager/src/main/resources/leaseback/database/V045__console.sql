-- Operators signed in to the console. Only the hash of a session's token is kept.
create table console_session (
  hash bytea primary key,
  operator text not null,
  begun_at timestamptz not null,
  used_at timestamptz not null
);
create index console_session_by_use on console_session (used_at);
