-- 0006_targets: where push tasks go: names that tasks and queues use, and the base URLs that operators gave them.
create table taskqueue._targets (
  name text primary key,
  url text not null,
  created timestamptz not null
);
