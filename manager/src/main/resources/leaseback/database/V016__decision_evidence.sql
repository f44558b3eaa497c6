-- The decision as canonical JSON, signed by the provider: what a customer can check with openssl years later.
alter table decision add column evidence bytea not null;
alter table decision add column signature bytea not null;
alter table decision add column signing_key integer not null references signing_key;
