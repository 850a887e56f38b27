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
$doc$For dispatchers: records what keeps queues from claiming tasks, for explain_task. Called when it changes, at most
once a second per queue.

Arguments:
- notes: JSON array of {queue, kind, target, seconds, waiting}; seconds: for how long already; kind: slots (the
  dispatcher has no slot for the queue; `waiting` of its requests wait for a response of the target), target (`waiting`
  tasks of the queue wait for a slot of the target), requests (`waiting` requests of other dispatchers take slots of the
  queue), or null: nothing any more.
- claimer: number of the dispatcher.

Example:
    select taskqueue.record_blockers('[{"queue": "mail", "kind": "slots", "target": "default", "seconds": 3, "waiting":
    9}]', claimer => 7);$doc$;
