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
  found record;
  batch record;
  named record;
begin
  with found as (
    select t.id, t.due, octet_length(t.body) as bytes from taskqueue._tasks as t
    where t.queue_id = source.id and t.due >= since
      and (t.leased_until <= now or t.leased_until > now + taskqueue._longest_lease())
      and not taskqueue._is_purged(t.id, source.purged)
    order by t.due limit max_tasks for update skip locked
  )
  select array_agg(f.id order by f.due, f.id) as ids, array_agg(f.due order by f.due, f.id) as moments,
    array_agg(f.bytes order by f.due, f.id) as bytes
  into found from found as f;
  batch := taskqueue._cut_batch(found.ids, found.moments, found.bytes);
  reached := batch.reached;
  more := cardinality(found.ids) = max_tasks or not batch.whole;
  if batch.taken is null then
    return;
  end if;
  delete from taskqueue._forced_runs as f where f.queue_id = source.id and f.task_id = any (batch.taken);
  with gone as (delete from taskqueue._tasks as t where t.id = any (batch.taken) returning t.*)
  select jsonb_agg(taskqueue._exported_task(to_jsonb(g)) order by g.due, g.id) as tasks,
    array_agg(g.name) filter (where g.name is not null) as names,
    array_agg(g.id) filter (where g.name is not null) as ids
  into named from gone as g;
  tasks := named.tasks;
  delete from taskqueue._deferred_payload as d where d.task_id = any (batch.taken);
  if named.names is not null then
    perform taskqueue._release_names(source.id, named.names, named.ids);
  end if;
end
$$;
