-- _death_notice: adds the notice of a dead task: a task of the queue that on_dead names. Its header taskqueue-notice,
-- which no other task can have, keeps it from being noticed itself.
--
-- Raises what add raises.
create or replace function taskqueue._death_notice(source taskqueue._queues, dead taskqueue._dead_tasks,
  new_id bigint) returns void
language plpgsql volatile as $$
declare
  target constant taskqueue._queues := taskqueue._find_queue(source.on_dead ->> 'queue');
  dead_name constant text := coalesce(dead.name, taskqueue._name(dead.id, dead.created));
  last record;
  new taskqueue._new_task;
  notice taskqueue._tasks;
begin
  select a.error, a.response into last from taskqueue._attempts as a
  where a.queue_id = source.id and a.name = dead_name and a.ended <= dead.died + interval '1 second'
  order by a.ended desc limit 1;
  new.payload_json := jsonb_build_object('queue', source.name, 'name', dead_name,
    'died', taskqueue._rfc3339(dead.died), 'reason', dead.reason, 'error', coalesce(last.error, last.response),
    'last_status', dead.last_status, 'retry_count', dead.attempts, 'tag', dead.tag);
  if target.mode = 'push' then
    new.url := source.on_dead ->> 'url';
  end if;
  perform taskqueue._check_room(target.storage_limit);
  notice := taskqueue._build_task(target, new);
  notice.id := new_id;
  notice.headers := coalesce(notice.headers, '{}') || '{"taskqueue-notice": "death"}';
  perform taskqueue._insert_tasks(array[notice]);
  perform taskqueue._wake(target.id, target.name);
end
$$;
