-- 0026_hindrances: what keeps a queue from claiming tasks, as its leader sees it: only a dispatcher knows of its slots
-- and of what it waits for. Only ever appended to, on change, at most once a second per queue.
create table taskqueue._hindrances (
  queue_id integer not null,
  at timestamptz not null,
  claimer integer not null,         -- number of the dispatcher; the row counts only while that one leads the queue
  kind text,                        -- slots, target or requests (record_blockers); null: nothing any more
  target text,                      -- the target that is waited for; null: no single one
  since timestamptz,
  waiting integer                   -- number of waiting requests or tasks
);

-- explain_task, sweep_queue
create index _hindrances_at on taskqueue._hindrances (queue_id, at);
alter table taskqueue._hindrances replica identity full;                                            -- as in 0022
