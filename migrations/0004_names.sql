-- 0004_names: names that tasks were given, and the tombstones that keep them from being reused. Generated names are not
-- here.
create table taskqueue._names (
  queue_id integer not null,
  name_hash uuid not null,          -- the first 16 bytes of the name's SHA-256
  task_id bigint not null,
  ended timestamptz,                -- null: the task lives
  expires timestamptz,              -- when the tombstone expires; null: the task lives
  name text not null,
  -- named adds: decides which of several transactions gets a name
  constraint _names_pkey primary key (queue_id, name_hash)
);

create index _names_expires on taskqueue._names (queue_id, expires) where expires is not null;    -- sweep_queue
