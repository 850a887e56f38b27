-- _explain_locks: sessions that hold one of pgtaskqueue's advisory locks, of this queue or of all queues, without being
-- authorized to. They make things slower and keep no task from running; the one that does, the leader's lock of a push
-- queue, is reported by _explain_queue.
create or replace function taskqueue._explain_locks(queue taskqueue._queues) returns setof taskqueue.explanation
language plpgsql stable as $$
begin
  return query
    select 'lock', format('%s holds the lock %s%s without being authorized to: %s.',
                          taskqueue._show_session(l.pid, l.role, l.application_name, l.since), l.lock,
                            coalesce(' of queue ' || l.queue, ''),
                          case l.lock when 'floor' then 'without a dispatcher, leasing gets slower'
                                      when 'leader' then 'no dispatcher sweeps the queue'
                                      when 'bell' then 'adding and waiting cost more'
                                      else 'it is ignored' end),
           null::timestamptz, format('select pg_terminate_backend(%s);', l.pid)
    from taskqueue.locks as l
    where not l.authorized and (l.queue = _explain_locks.queue.name or l.lock in ('dispatcher', 'floor', 'claimer'))
      and not (l.lock = 'leader' and _explain_locks.queue.mode = 'push')
    order by l.lock, l.pid;
end
$$;
