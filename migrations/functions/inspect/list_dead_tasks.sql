create or replace function taskqueue.list_dead_tasks(queues text[], after text default null,
  max_tasks integer default 100) returns setof taskqueue.dead_task
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
declare
  now constant timestamptz := taskqueue._now();
  begins constant record := taskqueue._read_end(after);
  payloads constant boolean := has_function_privilege(
    coalesce(nullif(current_setting('role'), 'none'), session_user), 'taskqueue.task_payload(text, text)', 'execute');
begin
  if max_tasks is null or max_tasks not between 1 and 1000 then
    perform taskqueue._raise('TQ102', format('max_tasks must be 1 to 1000, got %s', coalesce(max_tasks::text, 'null')),
      'Leave it out for 100.', jsonb_build_object('max_tasks', max_tasks));
  end if;
  return query
    select p.queue, coalesce(d.name, taskqueue._name(d.id, d.created)), d.died, d.reason, d.attempts, d.last_status,
      case p.mode when 'pull' then 'PULL' else coalesce(d.method, 'POST') end,
      case when p.mode = 'push' then coalesce(nullif(d.http ->> 'url', ''), d.url, '/_ah/queue/' || p.queue) end,
      case when p.mode <> 'push' then null when d.http is null then coalesce(p.target, d.target)
           else coalesce(d.target, p.target) end,
      d.tag, coalesce(d.namespace, ''), d.created, d.first_attempt, d.expires,
      coalesce(octet_length(d.body), 0)::bigint, last.error, case when payloads then last.response end,
      d.noticed, d.notice_error, concat_ws('.', (extract(epoch from d.expires) * 1000000)::bigint, d.id)
    from (select q.name as queue, q.mode, q.target, o.id, o.expires
          from taskqueue._queues as q, lateral (
            select e.id, e.expires from taskqueue._dead_tasks as e
            where e.queue_id = q.id and e.expires > now and e.expires <= coalesce(begins.moment, 'infinity')
              and (begins.moment is null or e.expires < begins.moment or e.id < begins.id)
            order by e.expires desc, e.id desc limit max_tasks) as o
          where q.name = any (queues) and q.deleted_at is null
          order by o.expires desc, o.id desc limit max_tasks) as p
    join taskqueue._dead_tasks as d on d.id = p.id
    left join lateral (select a.error, a.response from taskqueue._attempts as a
                       where a.queue_id = d.queue_id and a.name = coalesce(d.name, taskqueue._name(d.id, d.created))
                         and a.ended <= d.died + interval '1 second'
                       order by a.ended desc limit 1) as last on true
    order by d.expires desc, d.id desc;
end
$$;

comment on function taskqueue.list_dead_tasks is
$doc$Returns dead tasks, page by page: those that are kept longest first, which are the latest unless dead_retention was
changed.

Arguments:
- queues: names of queues; unknown ones count as empty.
- after: the position of the last task of the page before; null: the first page.
- max_tasks: how many at most, 1 to 1000.

Returns rows of the view dead_tasks, each with its position. The response only for roles that may read payloads.

Raises: TQ013 after; TQ102 max_tasks.

Example:
    select queue, name, died, reason from taskqueue.list_dead_tasks(array['mail', 'sms'], max_tasks => 20);$doc$;
