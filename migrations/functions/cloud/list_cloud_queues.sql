create or replace function taskqueue.list_cloud_queues(project text default null, location text default null,
  queue text default null, after text default null, max_queues integer default 10000, state text default null)
returns setof taskqueue.cloud_queue
language sql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
  select (taskqueue._cloud_queue(q)).* from taskqueue._queues as q
  where q.deleted_at is null
    and (list_cloud_queues.project is null
      or taskqueue._is_visible(q, list_cloud_queues.project, list_cloud_queues.location))
    and (list_cloud_queues.queue is null or q.name = list_cloud_queues.queue)
    and (after is null or q.name collate "C" > after collate "C")
    and (list_cloud_queues.state is null or taskqueue._state(q) = list_cloud_queues.state)
  order by q.name collate "C" limit max_queues
$$;

comment on function taskqueue.list_cloud_queues is
$doc$For the Cloud Tasks API: returns queues, push and pull, by name.

Arguments:
- project, location: the parent under which they are asked for; null: the queues of all parents.
- queue: name of a queue: only this one; null: all.
- after: only queues whose names come after this; null: from the first.
- max_queues: how many at most.
- state: only running, paused or disabled ones; null: all.

Returns the queues.

Example:
    select name, state from taskqueue.list_cloud_queues('shop', 'eu', max_queues => 100);$doc$;
