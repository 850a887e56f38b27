-- 0065_hindrances: what keeps a queue from claiming, as its leader sees it: only a dispatcher knows of its slots and of what it waits for. Only ever
-- appended to, on change, at most once a second a queue.
create table taskqueue._hindrances (
  queue_id integer not null,
  at timestamptz not null,
  claimer integer not null,         -- number of the dispatcher; once it does not lead the queue, the note is worth nothing
  kind text,                        -- slots, target or requests (note_hindrances); null: nothing any more
  target text,                      -- what is waited for; null: no single one
  since timestamptz,
  waiting integer                   -- so many requests, or tasks
);

create index _hindrances_at on taskqueue._hindrances (queue_id, at);                               -- explain_task, sweep_queue
alter table taskqueue._hindrances replica identity full;                                            -- as in 0041
