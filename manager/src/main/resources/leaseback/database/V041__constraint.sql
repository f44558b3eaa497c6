-- Where what a customer, or one bucket, stores may lie. Empty `places`: anywhere.
create table placement_constraint (
  subject_id uuid primary key,
  places text[] not null,
  not_owners uuid[] not null
);
-- The bucket whose constraint held when the segment was written, for its repair; null for none.
alter table segment add column bound_by uuid;
