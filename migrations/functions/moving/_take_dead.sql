-- _take_dead: deletes dead tasks of a queue, those that expire first, and returns them as import_tasks takes them, with
-- the same results as _take_live. Needs the plans that its caller pins.
create or replace function taskqueue._take_dead(source taskqueue._queues, since timestamptz, max_tasks integer,
  out tasks jsonb, out reached timestamptz, out more boolean)
language plpgsql volatile as $$
declare
  now constant timestamptz := taskqueue._now();
  most_bytes constant integer := 4194304;
  taken bigint[];
begin
  with found as (
    select d.id, d.expires, octet_length(d.body) as bytes from taskqueue._dead_tasks as d
    where d.queue_id = source.id and d.expires >= since and d.expires > now
    order by d.expires limit max_tasks for update skip locked
  ), counted as (
    select f.id, f.expires, row_number() over running = 1
      or sum(coalesce(f.bytes, 0) + coalesce(p.bytes, 0)) over running <= most_bytes as fits
    from found as f
    left join lateral (select octet_length(d.data) as bytes from taskqueue._deferred_payload as d
                       where d.task_id = f.id offset 0) as p on true
    window running as (order by f.expires, f.id)
  )
  select array_agg(c.id) filter (where c.fits), max(c.expires) filter (where c.fits),
    count(*) = max_tasks or not bool_and(c.fits)
  into taken, reached, more from counted as c;
  if taken is null then
    return;
  end if;
  with gone as (delete from taskqueue._dead_tasks as d where d.id = any (taken) returning d.*)
  select jsonb_agg(taskqueue._exported_task(to_jsonb(g)) order by g.expires, g.id) into tasks from gone as g;
  delete from taskqueue._deferred_payload as d where d.task_id = any (taken);
end
$$;
