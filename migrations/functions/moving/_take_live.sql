-- _take_live: deletes waiting tasks of a queue, those that are due first, and returns them as import_tasks takes them.
-- Needs the plans that its caller pins.
--
-- A task whose lease has ended counts as waiting, as it does for a claim. A forced run of a task that goes is dropped.
--
-- Arguments  since    where the batch before ended
-- Returns    tasks    null: none waits
--            reached  where this one ends
--            more     false: there were no further ones
create or replace function taskqueue._take_live(source taskqueue._queues, since timestamptz, max_tasks integer,
  out tasks jsonb, out reached timestamptz, out more boolean)
language plpgsql volatile as $$
declare
  now constant timestamptz := taskqueue._now();
  most_bytes constant integer := 4194304;
  taken bigint[];
  named record;
begin
  with found as (
    select t.id, t.due, octet_length(t.body) as bytes from taskqueue._tasks as t
    where t.queue_id = source.id and t.due >= since
      and (t.leased_until <= now or t.leased_until > now + taskqueue._longest_lease())
      and not taskqueue._is_purged(t.id, source.purged)
    order by t.due limit max_tasks for update skip locked
  ), counted as (
    select f.id, f.due, row_number() over running = 1
      or sum(coalesce(f.bytes, 0) + coalesce(p.bytes, 0)) over running <= most_bytes as fits
    from found as f
    left join lateral (select octet_length(d.data) as bytes from taskqueue._deferred_payload as d
                       where d.task_id = f.id offset 0) as p on true
    window running as (order by f.due, f.id)
  )
  select array_agg(c.id) filter (where c.fits), max(c.due) filter (where c.fits),
    count(*) = max_tasks or not bool_and(c.fits)
  into taken, reached, more from counted as c;
  if taken is null then
    return;
  end if;
  delete from taskqueue._forced_runs as f where f.queue_id = source.id and f.task_id = any (taken);
  with gone as (delete from taskqueue._tasks as t where t.id = any (taken) returning t.*)
  select jsonb_agg(taskqueue._exported_task(to_jsonb(g)) order by g.due, g.id) as tasks,
    array_agg(g.name) filter (where g.name is not null) as names,
    array_agg(g.id) filter (where g.name is not null) as ids
  into named from gone as g;
  tasks := named.tasks;
  delete from taskqueue._deferred_payload as d where d.task_id = any (taken);
  if named.names is not null then
    perform taskqueue._release_names(source.id, named.names, named.ids);
  end if;
end
$$;
