-- 0003_tasks: the one hot table.
--
-- Order of columns: fixed width first, with what a lease writes side by side, so that its log record leaves out the
-- head and the tail of the row. What most tasks lack is null and takes no space. fillfactor 45: a lease of a whole page
-- finds space on it for all its new row versions, each larger by a lease token, and stays HOT (50 would be enough
-- without the token, but sends one row in fourteen elsewhere). A lease writes leased_until, attempts and lease_token:
-- none of them must ever be indexed.
create table taskqueue._tasks (
  -- id = the adding transaction's xid8 * 128 + how many tasks it had added before (_next_id). It orders tasks, is
  -- unique, and enforces the limit of five per transaction: what a transaction has added is what it finds under its own
  -- ids.
  id bigint not null,
  -- earliest moment to run; changed by retries, releases and long leases
  due timestamptz not null,
  created timestamptz not null,
  queue_id integer not null,
  attempts integer not null default 0,                   -- dispatches or leases so far
  leased_until timestamptz not null default '-infinity', -- end of the last lease or claim
  -- of the last lease, with the moment it began (_lease_token); null: none, or settled
  lease_token uuid,
  -- What a failed attempt leaves.
  executions integer,                                    -- attempts that got a response; null: 0
  last_status integer,                                   -- 0: no response
  retry_reason text,
  first_attempt timestamptz,
  -- The task itself. All null: POST to the queue's default URL.
  method text,
  url text,
  target text,
  namespace text,
  dispatch_deadline double precision,
  retry taskqueue.retry_parameters,                      -- replaces the queue's whole block
  headers jsonb,
  -- t text, j JSON, f form: stands for the content type; null: it is in the headers, or there is none
  body_kind "char",
  tag text,
  name text,                                             -- null: generated, and computed from id and created (_name)
  body bytea,
  constraint _tasks_pkey primary key (id)                -- settling, looking up generated names
) with (fillfactor = 45, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.1);

-- Tasks of the same microsecond are in the index as in the table: mostly in the order in which they were added. The id
-- is not part of it: otherwise an empty table, just as cheap to search by this index, would be searched for an id by
-- it, and the plan would be kept.
-- claims, leases, lists
create index _tasks_due on taskqueue._tasks (queue_id, due);
create index _tasks_tag on taskqueue._tasks (queue_id, tag, due) where tag is not null;           -- leases by tag
