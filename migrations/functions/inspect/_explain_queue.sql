-- _explain_queue: what in the state of its queue keeps a live task from running.
create or replace function taskqueue._explain_queue(queue taskqueue._queues) returns setof taskqueue.explanation
language plpgsql stable as $$
declare
  state constant text := taskqueue._state(queue);
  pausing record;
  holder record;
begin
  if state = 'disabled' then
    return next row('disabled',
      format('Queue %s has been disabled since %s: the queue file no longer lists it.', queue.name,
      taskqueue._show_time(queue.disabled_at)),
      null, format('List it in the queue file again, or: select taskqueue.resume_queue(%L);',
        queue.name))::taskqueue.explanation;
  elsif state = 'paused' then
    select a.actor into pausing from taskqueue._audit as a
    where a.object = 'queue ' || queue.name and a.act in ('pause', 'apply') order by a.id desc limit 1;
    return next row('paused',
      format('Queue %s was paused at %s%s%s.', queue.name, taskqueue._show_time(queue.paused_at),
        coalesce(' by ' || pausing.actor, ''), coalesce(': ' || queue.paused_reason, '')),
      queue.paused_until, format('select taskqueue.resume_queue(%L);', queue.name))::taskqueue.explanation;
  end if;
  if queue.mode = 'push' and (queue.rate_per_second = 0 or queue.bucket_size = 0) then
    return next row('rate',
      format('Queue %s dispatches nothing: its rate is %s and its bucket size %s.', queue.name, queue.rate,
      queue.bucket_size),
      null, format('select taskqueue.update_queue(%L, rate => ''5/s'', bucket_size => 5);',
        queue.name))::taskqueue.explanation;
  end if;
  if queue.mode = 'push' and not exists (select from taskqueue.dispatchers as d where queue.name = any (d.queues)) then
    select l.* into holder from taskqueue.locks as l where l.lock = 'leader' and l.queue = _explain_queue.queue.name
      and not l.authorized limit 1;
    return next case when holder.pid is not null then
      row('dispatcher',
        format('%s holds the leader lock of queue %s without being authorized to: no dispatcher can lead the queue.',
            taskqueue._show_session(holder.pid, holder.role, holder.application_name, holder.since),
              queue.name),
          null, format('select pg_terminate_backend(%s);', holder.pid))::taskqueue.explanation
    when exists (select from taskqueue.dispatchers) then
      row('dispatcher', format('No dispatcher leads queue %s yet; one takes it over within seconds.', queue.name), null,
        null)::taskqueue.explanation
    else
      row('dispatcher', 'No dispatcher is connected to this database.', null,
        'Start one: pgtaskqueue serve')::taskqueue.explanation
    end;
  end if;
end
$$;
