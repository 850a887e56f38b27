-- 0004_names: names that tasks were given, and the tombstones that keep them from being used again. Generated names are not here.
create table taskqueue._names (
  queue_id integer not null,
  name_hash uuid not null,          -- the first 16 bytes of SHA-256 over the name
  task_id bigint not null,
  ended timestamptz,                -- null: the task lives
  expires timestamptz,              -- of the tombstone; null: the task lives
  name text not null,
  constraint _names_pkey primary key (queue_id, name_hash)      -- named adds: the one place where races for a name end
);

create index _names_expires on taskqueue._names (queue_id, expires) where expires is not null;    -- sweep_queue
