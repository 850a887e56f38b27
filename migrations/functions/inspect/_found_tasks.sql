-- _found_tasks: the rows of some live tasks for find_tasks and describe_tasks, by due time. Needs the plans that its
-- callers pin.
create or replace function taskqueue._found_tasks(ids bigint[]) returns setof taskqueue.found_task
language plpgsql stable as $$
begin
  return query
    select r.queue, r.name, r.state, r.eta, r.created, r.method, r.url, r.target, r.tag, r.namespace, r.retry_count,
      r.lease_until, r.last_status, r.size, tried.statuses, tried.seconds::double precision, null::bigint, null::text
    from (select t.ctid as place from taskqueue._tasks as t where t.id = any (ids) offset 0) as p
    cross join lateral (select f.* from taskqueue._task_rows as f where f.place = p.place offset 0) as r
    left join lateral (
      select array_agg(o.status order by o.ended) as statuses,
        (array_agg(o.seconds order by o.ended desc))[1] as seconds
      from (select a.status, a.ended, a.seconds from taskqueue._attempts as a
            where a.queue_id = r.queue_id and a.name = r.name and a.ended >= r.created
            order by a.ended desc limit 12) as o) as tried on r.retry_count > 0
    order by r.due, r.id;
end
$$;
