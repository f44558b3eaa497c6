-- The content whose place this one took under the key, when it took any: so one upsert says what it freed.
alter table object add column was uuid;
