-- What is set of a bucket: its ACL, policy, CORS rules and so on, each as text of its own form. A bucket has few.
create table bucket_setting (
  bucket_id uuid not null references bucket,
  name text not null,
  value text not null,
  primary key (bucket_id, name)
);
