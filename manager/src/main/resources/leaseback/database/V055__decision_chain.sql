-- Each decision carries the hash of the one before, so that taking one out shows. Decisions of before this are signed, and not in the chain.
alter table decision add column chain_number bigint unique;
create table decision_chain (
  id integer primary key check (id = 1),
  number bigint not null,
  sha256 bytea not null
);
insert into decision_chain (id, number, sha256) values (1, 0, decode(repeat('00', 32), 'hex'));
