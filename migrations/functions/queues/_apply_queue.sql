-- _apply_queue: creates or changes one queue as its entry in a queue file says. What the entry leaves out gets its
-- default; what no file can say stays.
--
-- Arguments  entry   as in queue.yaml
--            resume  whether a paused or disabled queue is resumed
-- Returns    what was changed
-- Raises     as create_queue and update_queue
-- Locks      the queue's row
create or replace function taskqueue._apply_queue(entry jsonb, resume boolean) returns taskqueue.queue_change[]
language plpgsql volatile as $$
declare
  queue constant text := entry ->> 'name';
  mode constant text := coalesce(entry ->> 'mode', 'push');
  settings constant jsonb := (
    select jsonb_object_agg(k.setting, coalesce(nullif(entry -> k.file_key, 'null'), k.usual))
    from taskqueue._queue_keys() as k
    where k.file_key is not null and (mode = 'push' or not k.push_only));
  found taskqueue._queues;
  made taskqueue._queues;
  state text := 'running';
  before jsonb;
  changes taskqueue.queue_change[];
begin
  select * into found from taskqueue._queues as q where q.name = queue and q.deleted_at is null for update;
  if found.id is null then
    perform taskqueue._create_queue(queue, settings);
  else
    state := taskqueue._state(found);
    before := to_jsonb(taskqueue._public_queue(found));
    made := taskqueue._queue_settings(found, settings);
    if to_jsonb(taskqueue._public_queue(made)) <> before then
      perform taskqueue._update_queue(queue, settings);
    end if;
  end if;
  select * into made from taskqueue._queues as q where q.name = queue and q.deleted_at is null;
  changes := array(
    select (queue, case when found.id is null then 'create' else 'change' end, d.setting, d.was,
      d.is_now)::taskqueue.queue_change
    from taskqueue._queue_difference(before, to_jsonb(taskqueue._public_queue(made))) as d
    where d.setting not in ('state', 'tombstone_ttl', 'paused_reason', 'paused_until')
      -- what a new queue keeps as usual says nothing
      and not (found.id is null and d.setting ~ '_retention$|^keep_completed$' and d.is_now in ('7 days', 'none')));
  update taskqueue._queues as q set managed_by = 'file' where q.id = made.id and q.managed_by <> 'file';
  if found.managed_by = 'api' then
    perform taskqueue._audit('adopt', 'queue ' || queue, '{"managed_by": "api"}', '{"managed_by": "file"}');
    changes := changes || (queue, 'adopt', 'managed_by', 'api', 'file')::taskqueue.queue_change;
  end if;
  if made.rate_per_second = 0 and (state = 'running' or state = 'disabled' and resume) then
    update taskqueue._queues as q set disabled_at = null where q.id = made.id;
    perform taskqueue.pause_queue(queue, 'its rate is 0 in the queue file');
    changes := changes || (queue, 'pause', 'state', state, 'paused')::taskqueue.queue_change;
  elsif state <> 'running' and resume and made.rate_per_second is distinct from 0 then
    perform taskqueue.resume_queue(queue);
    changes := changes || (queue, 'resume', 'state', state, 'running')::taskqueue.queue_change;
  end if;
  return changes;
end
$$;
