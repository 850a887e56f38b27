-- 0003_tasks: the one hot table.
-- supersedes c6c28acc39444e91dfa8bf2c7df5b584db04c3ae8bebcd731674a7d5eacae6ae
-- supersedes eea6674ca6a4053505336e2d5773e5f3156a19eaa84d0d4e0859dab4cf13d3de
--
-- Order of columns: fixed width first, and what a lease writes side by side, so that its log record leaves out the head and the tail of the row; what most
-- tasks lack is null and takes no room. fillfactor 45: a lease of a whole page finds room on it for all its new row versions, each larger by a
-- lease token, and stays HOT (50 would do but for the token, and sends one row in fourteen elsewhere).
-- A lease writes leased_until, attempts and lease_token: none of them may ever be indexed.
create table taskqueue._tasks (
  -- id = the adding transaction's xid8 * 128 + how many tasks it had added before. It orders, it is unique, and it proves the limit of five a
  -- transaction: what a transaction has added is what it finds under its own ids (_next_id).
  id bigint not null,
  due timestamptz not null,                              -- not before; moves on retry and run now only
  created timestamptz not null,
  queue_id integer not null,
  attempts integer not null default 0,                   -- dispatches or leases so far
  leased_until timestamptz not null default '-infinity', -- held by a dispatcher or a worker until then
  lease_token uuid,                                      -- proof of the last lease, and since when (_lease_token); null: none, or settled
  -- What a failed attempt leaves.
  executions integer,                                    -- attempts that were answered; null: 0
  last_status integer,                                   -- 0: no answer
  retry_reason text,
  first_attempt timestamptz,
  -- What the task is. All null: POST to the queue's default URL.
  method text,
  url text,
  target text,
  namespace text,
  dispatch_deadline double precision,
  retry taskqueue.retry_parameters,                      -- replaces the queue's whole block
  headers jsonb,
  body_kind "char",                                      -- t text, j JSON, f form: stands for the content type; null: the headers have it, or there is none
  tag text,
  name text,                                             -- as given; null: generated, and then it follows from id and created (_name)
  body bytea,
  constraint _tasks_pkey primary key (id)                -- settles, look-ups of generated names
) with (fillfactor = 45, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.1);

-- Tasks of the same microsecond stand in the index as they stand in the table: in the order of their adding, mostly. The id is no part of it: an empty
-- table, as cheap to search by one index as by the other, would else be searched for an id by this one, and the plan be kept.
create index _tasks_due on taskqueue._tasks (queue_id, due);                                      -- claims, leases, listings
create index _tasks_tag on taskqueue._tasks (queue_id, tag, due) where tag is not null;           -- leases by tag
