-- _step_floor: raises the floor of a pull queue from within a lease call, for databases without a dispatcher. At most
-- five times a second in the whole database.
--
-- A transaction that gives a task a due time gets its transaction id before it reads the clock. So whatever was due
-- before `now` was written by transactions with ids below this call's, which was assigned after `now`. Once they have
-- all ended, a new snapshot shows it: that is when a later call finds its oldest running transaction at or above the
-- bound. (The snapshot's own upper end would not do as a bound: ids beyond it may already be running.) A transaction
-- that only holds a report's snapshot has no id and is not waited for; one that has written anything, anywhere in the
-- cluster, is.
--
-- Tasks that are moved behind their leases, here or by the caller, are passed by a later call, because this one may be
-- rolled back. Once a minute it also searches for live tasks below the floors of pull queues.
--
-- Arguments  now     read by the caller before its transaction had an id: it had written nothing
--            leased  false: the transaction has no id yet
--            moved   the earliest due time that a task moved by the caller had; null: it has moved none
--            buried  the caller may have buried tasks. They are gone only for its transaction, which may be rolled
--                    back: the floor is not raised.
-- Locks      the floor lock while it works, if it is free; up to 100 rows that others have leased for more than two
--            seconds
create or replace function taskqueue._step_floor(source taskqueue._queues, now timestamptz, leased boolean,
  moved timestamptz default null, buried boolean default false)
returns void
language plpgsql volatile as $$
declare
  at constant bigint := (extract(epoch from now) * 1000000)::bigint;
  sweeps constant boolean := coalesce(pg_sequence_last_value('taskqueue._horizon_swept') not between at - 60000000
    and at, true);
  bound bigint;
  next bigint;
  safe timestamptz;
  xid bigint;
begin
  if not sweeps and (not leased or pg_sequence_last_value('taskqueue._horizon_tried') between at - 200000 and at)
     or current_setting('transaction_isolation') <> 'read committed'
         or not pg_try_advisory_lock(taskqueue._lock_class('floor'), 0) then
    return;
  end if;
  begin
    if sweeps then
      perform setval('taskqueue._horizon_swept', at);
      if not exists (select from taskqueue._held_locks as l where l.lock = 'dispatcher' and l.authorized) then
        perform taskqueue._lower_floor(q.id) from taskqueue._queues as q where q.mode = 'pull' and q.deleted_at is null;
      end if;
    end if;
    if leased then
      perform setval('taskqueue._horizon_tried', at);
      xid := taskqueue._first_own_id() / 128;
      bound := pg_sequence_last_value('taskqueue._horizon_bound');
      next := pg_sequence_last_value('taskqueue._horizon_next');
      if bound <= xid and next <= at then
        if taskqueue._oldest_open() >= bound then
          perform setval('taskqueue._horizon_safe', next);
          bound := null;
        end if;
      else
        bound := null;                     -- the clock was set back, or the database was restored elsewhere
      end if;
      if bound is null then
        -- in this order: a crash between the two leaves an early time
        perform setval('taskqueue._horizon_bound', xid);
        perform setval('taskqueue._horizon_next', at);
      end if;
      safe := timestamptz 'epoch' + pg_sequence_last_value('taskqueue._horizon_safe') * interval '1 microsecond'
              - interval '100 milliseconds';
      if safe <= now and buried is not true then
        perform taskqueue._set_floor(source.id, greatest(taskqueue._floor(source.id), least(w.unmoved, moved)))
        from taskqueue._walk_floor(source, safe, 100) as w;
      end if;
    end if;
  exception when query_canceled or others then
    perform pg_advisory_unlock(taskqueue._lock_class('floor'), 0);
    raise;
  end;
  perform pg_advisory_unlock(taskqueue._lock_class('floor'), 0);
end
$$;
