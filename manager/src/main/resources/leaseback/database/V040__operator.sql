-- Who may sign in to the console. Every attempt is counted before the password is looked at; a good one sets the count back.
create table operator (
  name text primary key,
  password_hash text not null,
  failures integer not null default 0,
  wait_until timestamptz,
  created_at timestamptz not null,
  changed_at timestamptz not null
);
