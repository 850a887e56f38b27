-- _act_on_tasks: runs or deletes live tasks, whose rows the caller has locked, for a job. Returns how many.
create or replace function taskqueue._act_on_tasks(source taskqueue._queues, job taskqueue._jobs,
  ids bigint[]) returns bigint
language plpgsql volatile as $$
declare
  now constant timestamptz := taskqueue._now();
  acted bigint;
  gone record;
begin
  if job.act = 'run' then
    insert into taskqueue._forced_runs (queue_id, task_id, requested)
    select source.id, t.id, now from taskqueue._tasks as t
    where t.id = any (ids) and not (t.leased_until > now and t.leased_until <= now + taskqueue._longest_lease())
      and not exists (select from taskqueue._attempts as a where a.queue_id = source.id
        and a.name = coalesce(t.name, taskqueue._name(t.id, t.created)) and a.ended >= job.created)
    on conflict do nothing;
    get diagnostics acted = row_count;
    if acted > 0 then
      perform taskqueue._queue_changed(source.name);
    end if;
    return acted;
  end if;
  with deleted as (delete from taskqueue._tasks as t where t.id = any (ids) returning t.id, t.name)
  select count(*) as tasks, array_agg(d.name) filter (where d.name is not null) as names,
    array_agg(d.id) filter (where d.name is not null) as ids
  into gone from deleted as d;
  if gone.names is not null then
    perform taskqueue._release_names(source.id, gone.names, gone.ids);
  end if;
  return gone.tasks;
end
$$;
