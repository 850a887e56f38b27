-- _explain_ended: what happened to a task that is not live.
create or replace function taskqueue._explain_ended(queue taskqueue._queues, name text) returns taskqueue.explanation
language plpgsql stable as $$
declare
  now constant timestamptz := taskqueue._now();
  generated constant bigint := taskqueue._generated_id(name);
  dead record;
  rests taskqueue._names;
  made timestamptz;
  kept record;
begin
  select d.id, d.died, d.attempts, d.last_status, d.reason, d.expires into dead from taskqueue._dead_tasks as d
  where d.queue_id = queue.id and d.expires > now
    and coalesce(d.name, taskqueue._name(d.id, d.created)) = _explain_ended.name
  order by d.died desc limit 1;
  if dead.id is not null then
    return row('dead', format('It %s at %s, after %s%s.',
        case dead.reason when 'Permanent Failure' then 'failed for good'
          when 'Name In Use' then 'was moved here while its name was in use,' else 'ran out of retries' end,
        taskqueue._show_time(dead.died),
        taskqueue._plural(dead.attempts, case queue.mode when 'pull' then 'lease' else 'attempt' end),
        case when queue.mode = 'push' then format('; the last one: %s',
          taskqueue._show_outcome(dead.last_status, dead.reason)) end),
      dead.expires,
        format('select * from taskqueue.requeue_task(%L, %L);', queue.name, name))::taskqueue.explanation;
  end if;
  if name is not null then
    select n.* into rests from taskqueue._names as n where n.queue_id = queue.id
      and n.name_hash = taskqueue._name_hash(_explain_ended.name);
  end if;
  select c.completed, c.attempts into kept from taskqueue._completed_tasks as c
  where c.queue_id = queue.id and c.name = _explain_ended.name and c.expires > now
  order by c.completed desc limit 1;
  -- A later task of the same name that was deleted leaves a later tombstone.
  if kept.completed is not null
      and (rests.ended is null or kept.completed >= rests.ended - interval '1 second') then
    return row('ended', format('It was completed at %s, after %s%s.', taskqueue._show_time(kept.completed),
        taskqueue._plural(kept.attempts, case queue.mode when 'pull' then 'lease' else 'attempt' end),
        case when rests.expires > now then format('; its name can''t be reused until %s',
          taskqueue._show_time(rests.expires)) end),
      case when rests.expires > now then rests.expires end, null)::taskqueue.explanation;
  end if;
  if rests.expires > now then
    return row('ended',
      format('It ended (completed or deleted) at %s; its name can''t be reused until %s.',
      taskqueue._show_time(rests.ended), taskqueue._show_time(rests.expires)),
      rests.expires, null)::taskqueue.explanation;
  end if;
  if rests.task_id is not null and rests.expires is null and taskqueue._is_purged(rests.task_id, queue.purged)
     or generated is not null
         and exists (select from taskqueue._tasks as t where t.id = generated and t.queue_id = queue.id) then
    return row('purged', format('A purge of the queue removed it at %s.', taskqueue._show_time(queue.purged_at)),
      case when rests.task_id is not null then taskqueue._later(queue.purged_at, queue.tombstone_ttl) end,
        null)::taskqueue.explanation;
  end if;
  if generated is not null then
    made := timestamptz 'epoch' + ('x' || substr(name, 6, 12))::bit(48)::bigint * interval '1 millisecond';
    return row('gone',
      format('Its name was generated at %s. Its task has ended since, '
        'or its transaction was rolled back or has not been committed.', taskqueue._show_time(made)),
      null, null)::taskqueue.explanation;
  end if;
  return row('unknown', 'Queue ' || queue.name
    || ' has no such task: it was never added, or it ended and its tombstone has expired.',
    null, format('select queue, name from taskqueue.tasks where name = %L;', name))::taskqueue.explanation;
end
$$;
