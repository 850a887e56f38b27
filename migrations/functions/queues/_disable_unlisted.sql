-- _disable_unlisted: disables the running queues that a queue file does not list; their tasks stay, and tasks can be
-- added. Never the default queue; of the others only those that came from a file, unless all are asked for.
--
-- Returns    what was changed
-- Locks      the rows of these queues
create or replace function taskqueue._disable_unlisted(names text[],
  disable_all boolean) returns taskqueue.queue_change[]
language plpgsql volatile as $$
declare
  absent taskqueue._queues;
  before jsonb;
  changes taskqueue.queue_change[] := '{}';
begin
  for absent in select * from taskqueue._queues as q
                where q.deleted_at is null and q.name <> all (names) and q.name <> 'default'
                  and (q.managed_by = 'file' or disable_all)
                order by q.name for update loop
    if taskqueue._state(absent) = 'running' then
      before := to_jsonb(taskqueue._public_queue(absent));
      update taskqueue._queues as q set disabled_at = taskqueue._now() where q.id = absent.id returning * into absent;
      perform taskqueue._audit('disable', 'queue ' || absent.name, before, to_jsonb(taskqueue._public_queue(absent)),
        'it is not in the queue file');
      perform taskqueue._queue_changed(absent.name);
      changes := changes || (absent.name, 'disable', 'state', 'running', 'disabled')::taskqueue.queue_change;
    end if;
  end loop;
  return changes;
end
$$;
