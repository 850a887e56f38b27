-- record_blockers: the dispatcher's: put on record what keeps queues from claiming, for explain_task; when it changes,
-- at most once a second a queue.
--
-- Arguments  notes    a list of {queue, kind, target, seconds, waiting}; seconds: for how long already. kind is
--                       slots     the process has no slot for the queue; so many of its requests wait for an answer of
--                                 the target
--                       target    so many tasks of the queue wait for a place at the target
--                       requests  so many requests of other dispatchers take places of the queue
--                       null      nothing any more
--            claimer  number of the dispatcher
create or replace function taskqueue.record_blockers(notes jsonb, claimer integer) returns void
language sql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
  insert into taskqueue._blockers (queue_id, at, claimer, kind, target, since, waiting)
  select q.id, taskqueue._now(), record_blockers.claimer, n.kind, n.target,
    taskqueue._now() - make_interval(secs => n.seconds), n.waiting
  from jsonb_to_recordset(notes) as n(queue text, kind text, target text, seconds double precision, waiting integer)
  join taskqueue._queues as q on q.name = n.queue and q.deleted_at is null
$$;

comment on function taskqueue.record_blockers is
  'The dispatcher''s: put on record what keeps queues from claiming, for explain_task.';
