-- _take_dead: deletes dead tasks of a queue, those that expire first, and returns them as import_tasks takes them, with
-- the same results as _take_live. Needs the plans that its caller pins.
create or replace function taskqueue._take_dead(source taskqueue._queues, since timestamptz, max_tasks integer,
  out tasks jsonb, out reached timestamptz, out more boolean)
language plpgsql volatile as $$
declare
  now constant timestamptz := taskqueue._now();
  found record;
  batch record;
begin
  with found as (
    select d.id, d.expires, octet_length(d.body) as bytes from taskqueue._dead_tasks as d
    where d.queue_id = source.id and d.expires >= since and d.expires > now
    order by d.expires limit max_tasks for update skip locked
  )
  select array_agg(f.id order by f.expires, f.id) as ids, array_agg(f.expires order by f.expires, f.id) as moments,
    array_agg(f.bytes order by f.expires, f.id) as bytes
  into found from found as f;
  batch := taskqueue._cut_batch(found.ids, found.moments, found.bytes);
  reached := batch.reached;
  more := cardinality(found.ids) = max_tasks or not batch.whole;
  if batch.taken is null then
    return;
  end if;
  with gone as (delete from taskqueue._dead_tasks as d where d.id = any (batch.taken) returning d.*)
  select jsonb_agg(taskqueue._exported_task(to_jsonb(g)) order by g.expires, g.id) into tasks from gone as g;
  delete from taskqueue._deferred_payload as d where d.task_id = any (batch.taken);
end
$$;
