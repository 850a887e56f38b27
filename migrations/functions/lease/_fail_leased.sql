-- _fail_leased: records that leased tasks failed, with an attempt each, and ends their leases: they are due again after
-- a back-off, or buried. The caller pins the plans.
--
-- Arguments  ids          in their order
--            tokens, backoffs, errors  of each; a back-off in seconds; infinite: the task can never succeed
-- Returns    id, name and next due time of those whose lease was held; null: it is dead
-- Locks      the tasks' rows, then names
create or replace function taskqueue._fail_leased(source taskqueue._queues, ids bigint[], tokens uuid[],
  backoffs double precision[], errors text[]) returns table (id bigint, name text, due timestamptz)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  now timestamptz;
  done bigint[];
  names text[];
  dues timestamptz[];
  hopeless bigint[];
begin
  perform pg_current_xact_id();   -- before the clock is read: see _step_floor
  now := taskqueue._now();
  with failed as (
    update taskqueue._tasks as t
    set leased_until = '-infinity', lease_token = null, retry_reason = 'App Error',
        due = taskqueue._now() + make_interval(secs => case when backoffs[width_bucket(t.id, ids)] < 'infinity'
          then backoffs[width_bucket(t.id, ids)] else 0 end)
    where t.id = any (ids)   -- as in modify_task_leases
      and t.lease_token = tokens[width_bucket(t.id, ids)] and t.leased_until > now
          and t.leased_until <= now + taskqueue._longest_lease()
    returning t.id, t.due, t.attempts, coalesce(t.name, taskqueue._name(t.id, t.created)) as name,
      width_bucket(t.id, ids) as place
  ), noted as (
    insert into taskqueue._attempts (queue_id, ended, attempt, status, seconds, name, reason, error)
    select source.id, now, f.attempts, 0,
      greatest(0, extract(epoch from now - taskqueue._leased_at(tokens[f.place])))::real, f.name,
      case when backoffs[f.place] < 'infinity' then 'App Error' else 'Permanent Failure' end,
      left(errors[f.place], 1024)
    from failed as f
  )
  select array_agg(f.id), array_agg(f.name), array_agg(case when backoffs[f.place] < 'infinity' then f.due end),
         array_agg(f.id) filter (where backoffs[f.place] = 'infinity')
    into done, names, dues, hopeless
  from failed as f;
  if hopeless is not null then
    perform taskqueue._bury_tasks(source.id, hopeless, 'Permanent Failure');
  end if;
  if done is not null then
    insert into taskqueue._statistics (queue_id, at, executed, failed, dead)
    values (source.id, now, 0, cardinality(done), cardinality(hopeless));
    perform taskqueue._wake(source.id, source.name);   -- for those who wait until the leases' old ends
  end if;
  return query select u.id, u.name, u.due from unnest(done, names, dues) as u(id, name, due);
end
$$;
