-- record_statistics: the dispatcher's: note how many attempts of a queue have ended since the last note, and the rate
-- it is held to (null: it is not throttled); at most once a second a queue, and when the rate is halved.
create or replace function taskqueue.record_statistics(queue text, executed bigint,
  enforced double precision default null) returns void
language sql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
  insert into taskqueue._statistics (queue_id, at, executed, enforced)
  select q.id, taskqueue._now(), record_statistics.executed, record_statistics.enforced from taskqueue._queues as q
    where q.name = record_statistics.queue and q.deleted_at is null
$$;

comment on function taskqueue.record_statistics is
  'The dispatcher''s: note how many attempts of a queue have ended since the last note.';
