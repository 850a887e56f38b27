-- lease_tasks_by_tag repeats most of this function. With the second half in a function that both call, leasing and
-- deleting a task took 7 % more CPU, and ten tasks 20 % more: so a change to one of the two belongs in the other, too.
--
-- Locks: the rows it leases, and up to 1000 rows whose leases expired (_move_expired), skipping locked ones.
create or replace function taskqueue.lease_tasks(queue text, lease_seconds double precision,
  max_tasks integer default 1,
  max_bytes bigint default 33554432)
returns setof taskqueue.leased_task
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on set enable_tidscan = on set enable_nestloop = on
set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  source taskqueue._queues;
  began timestamptz;
  now timestamptz;
  expired_by timestamptz; -- tasks whose leases ended by then are leased again; null: they are passed over
  beyond timestamptz;     -- a lease that ends later was given before the clock was set back
  floor timestamptz;
  moved timestamptz;      -- the earliest due time that a task moved by this call had
  until timestamptz;
  token uuid;
  chosen tid[];
  bytes bigint;
  exhausted boolean;      -- some tasks have used up their leases
  expired boolean;        -- the leases of some tasks have expired
  leases bigint;
  lost integer;           -- tasks whose last lease ended unnoticed
  -- Tasks of a short lease get the lease's end as their due time at once; others when they have been leased for so long
  -- (_walk_floor).
  short constant boolean := lease_seconds <= 2;
  alone boolean;          -- the transaction has written nothing yet: it may raise the floor (_step_floor)
begin
  perform taskqueue._check_lease_request(lease_seconds, max_tasks, max_bytes);
  source := taskqueue._leasable_queue(queue);
  began := taskqueue._now();
  alone := pg_current_xact_id_if_assigned() is null;
  now := began;
  expired_by := now;
  beyond := now + taskqueue._longest_lease();
  floor := taskqueue._floor(source.id);
  if floor > now then
    floor := taskqueue._lower_floor(source.id, now);   -- the clock was set back
  end if;
  loop
    select array_agg(c.ctid), sum(c.size), bool_or(c.used_up), bool_or(c.expired), count(c.lost)
    into chosen, bytes, exhausted, expired, lost
    from (
      select t.ctid, octet_length(t.body) as size,
             taskqueue._is_exhausted(t.attempts, t.retry, source.retry) as used_up, t.leased_until > t.due as expired,
             case when t.leased_until > '-infinity' then t.lease_token end as lost
      from taskqueue._tasks as t
      where t.queue_id = source.id and t.due >= floor and t.due <= now
        and (t.leased_until <= t.due or t.leased_until <= expired_by or t.leased_until > beyond)
        and not taskqueue._is_purged(t.id, source.purged)
      order by t.due limit max_tasks
      for update skip locked
    ) as c;
    exit when expired is not true;
    moved := taskqueue._move_expired(source, now, chosen);
    now := taskqueue._now();
    expired_by := null;
    beyond := null;
  end loop;
  if exhausted or bytes > max_bytes then
    chosen := taskqueue._pick_leasable(source, chosen, max_bytes);
    lost := (select count(t.lease_token) from unnest(chosen) as c(ctid)
             join taskqueue._tasks as t on t.ctid = c.ctid and t.leased_until > '-infinity');
  end if;
  until := now + make_interval(secs => lease_seconds);
  token := taskqueue._lease_token(now);
  if short then
    moved := least(moved, (select t.due from taskqueue._tasks as t where t.ctid = chosen[1]));
  end if;
  return query
    update taskqueue._tasks as t
    set leased_until = until, attempts = t.attempts + 1, lease_token = token,
        due = case when short then greatest(until, taskqueue._now()) else t.due end
    from unnest(chosen) as c(ctid) where t.ctid = c.ctid
    returning source.name, coalesce(t.name, taskqueue._name(t.id, t.created)), t.leased_until, t.created, t.body, t.tag,
              t.attempts, t.lease_token, t.headers;
  get diagnostics leases = row_count;
  if leases > 0 then
    insert into taskqueue._statistics (queue_id, at, executed, expired)
    values (source.id, now, leases, nullif(lost, 0));
  end if;
  if alone and (leases = 0 or floor < now - interval '1 second') then
    perform taskqueue._step_floor(source, began, leases > 0, moved, exhausted);
  end if;
end
$$;

comment on function taskqueue.lease_tasks is
$doc$Leases up to max_tasks due tasks of a pull queue for lease_seconds. Nobody else gets them until then.

Arguments:
- queue: name of a pull queue.
- lease_seconds: 0 to 604800 (seven days).
- max_tasks: 1 to 1000.
- max_bytes: bytes of payload in all, 1 to 33554432 (32 MB); the first task is returned however large it is.

Returns leased_task rows, oldest first: eta is the end of the lease, retry_count the number of leases so far. No rows
when nothing is due. The order is by ETA: that of a released task is the moment of its release, that of a task whose
lease expired is the end of the lease or the moment a lease call found it. A task that has used up its leases goes to
dead_tasks instead.

Raises: TQ001 unknown queue; TQ013 max_bytes; TQ021 not a pull queue; TQ026 the queue is paused; TQ101 lease_seconds;
TQ102 max_tasks.

Example:
    select * from taskqueue.lease_tasks('pull', lease_seconds => 60, max_tasks => 10);$doc$;
