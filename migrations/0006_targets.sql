-- 0006_targets: where push tasks go: names that tasks and queues use, and the base URLs that operators gave them.
create table taskqueue._targets (
  name text primary key,
  url text not null,
  max_concurrent integer,            -- requests a dispatcher may have under way there; null: as many as the queues allow
  created timestamptz not null
);
