-- Help that customers ask for, and the answer.
create table support_request (
  id uuid primary key,
  customer_id uuid not null references customer,
  lease_id uuid not null references lease,
  subject text not null,
  body text not null,
  asked_at timestamptz not null,
  answer text,
  answered_at timestamptz,
  check ((answer is null) = (answered_at is null))
);
create index support_request_by_time on support_request (asked_at, id);
create index support_request_of_customer on support_request (customer_id, asked_at, id);
