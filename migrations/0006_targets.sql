-- 0006_targets: where push tasks go: the names that tasks and queues use, and the base URLs that operators gave them.
create table taskqueue._targets (
  name text primary key,
  url text not null,
  -- requests a dispatcher may have in flight to it; null: as many as the queues allow
  max_concurrent integer,
  created timestamptz not null
);
