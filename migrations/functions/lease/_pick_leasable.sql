-- _pick_leasable: picks, of the tasks a lease call has locked, those it may lease: at most max_bytes of payload in all,
-- but always the first. Tasks that have used up their leases are buried.
--
-- Returns    the ctids of the picked tasks, in the given order
create or replace function taskqueue._pick_leasable(source taskqueue._queues, chosen tid[],
  max_bytes bigint) returns tid[]
language plpgsql volatile as $$
declare
  places tid[];
  spent bigint[];
begin
  with found as (
    select c.position, c.ctid, t.id, t.size, t.used_up
    from unnest(chosen) with ordinality as c(ctid, position),
         lateral (select o.id, octet_length(o.body) as size,
           taskqueue._is_exhausted(o.attempts, o.retry, source.retry) is true as used_up
                  from taskqueue._tasks as o where o.ctid = c.ctid offset 0) as t
  ),
  counted as (
    select f.*, sum(case when f.used_up then 0 else f.size end) over (order by f.position) as bytes from found as f
  )
  select array_agg(c.ctid order by c.position) filter (where not c.used_up), array_agg(c.id) filter (where c.used_up)
    into places, spent
  from counted as c where c.bytes <= max_bytes or c.bytes = c.size;
  if spent is not null then
    perform taskqueue._bury_tasks(source.id, spent, 'task_retry_limit');
    insert into taskqueue._statistics (queue_id, at, executed, dead)
    values (source.id, taskqueue._now(), 0, cardinality(spent));
  end if;
  return places;
end
$$;
