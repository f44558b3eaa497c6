-- Customers sign in as operators do, to what is theirs.
alter table console_session alter column operator drop not null;
alter table console_session add column customer_id uuid;
alter table console_session add check ((operator is null) <> (customer_id is null));
