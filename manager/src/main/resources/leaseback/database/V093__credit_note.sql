-- A credit note takes back lines of a bill, in part or whole: a document of its own, which names what it corrects.
alter table bill add column credits text references bill (number);
create index bill_credited on bill (credits) where credits is not null;

drop index bill_once;
create unique index bill_once on bill (customer_id, kind, currency, period_from) where order_id is null and credits is null;
