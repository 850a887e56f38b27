create or replace function taskqueue.record_statistics(queue text, executed bigint,
  enforced double precision default null) returns void
language sql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
  insert into taskqueue._statistics (queue_id, at, executed, enforced)
  select q.id, taskqueue._now(), record_statistics.executed, record_statistics.enforced from taskqueue._queues as q
    where q.name = record_statistics.queue and q.deleted_at is null
$$;

comment on function taskqueue.record_statistics is
$doc$For dispatchers: records how many attempts of a queue have ended since the last record, and the rate the queue is
held to. Called at most once a second per queue, and when the rate is halved.

Arguments:
- queue: name of the queue.
- executed: number of attempts that ended.
- enforced: dispatches per second the queue is held to; null: it is not throttled.

Example:
    select taskqueue.record_statistics('mail', executed => 120);$doc$;
