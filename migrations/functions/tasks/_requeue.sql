-- _requeue: makes dead tasks of one queue due again, in this order, under their own names and with all their retries;
-- their tombstones are removed. The caller has locked their rows.
--
-- Names are taken first, all of them and in the order of their hashes, as adds take them. A dead task whose name a live
-- task has by now stays.
--
-- Arguments  audited  false: the caller records the act
-- Returns    the tasks
-- Raises     TQ018 when the transaction would have requeued more than 23 tasks
create or replace function taskqueue._requeue(source taskqueue._queues,
  dead taskqueue._dead_tasks[], audited boolean default true) returns setof taskqueue._tasks
language plpgsql volatile as $$
declare
  -- New ids, because by its old one a later purge could not be told from an earlier one.
  ids constant bigint[] := taskqueue._requeue_ids(cardinality(dead));
  taken bigint[];
  one taskqueue._dead_tasks;
  back taskqueue._tasks;
begin
  with named as (
    insert into taskqueue._names as n (queue_id, name_hash, task_id, name)
    select source.id, taskqueue._name_hash(d.shown), d.new_id, d.shown
    from (select coalesce(g.name, taskqueue._name(g.id, g.created)) as shown, ids[g.ordinality] as new_id
          from unnest(dead) with ordinality as g) as d
    order by 2
    on conflict (queue_id, name_hash) do update set task_id = excluded.task_id, ended = null, expires = null
      where n.expires is not null or taskqueue._is_purged(n.task_id, source.purged)
    returning n.task_id
  )
  select array_agg(n.task_id) into taken from named as n;
  for i in 1 .. cardinality(dead) loop
    continue when ids[i] <> all (coalesce(taken, '{}'));
    one := dead[i];
    delete from taskqueue._dead_tasks as d where d.id = one.id;
    update taskqueue._deferred_payload as p set task_id = ids[i] where p.task_id = one.id;
    insert into taskqueue._tasks as t (
      id, due, created, queue_id, method, url, target, namespace, dispatch_deadline, retry, headers, body_kind, tag,
      name, body, http)
    values (
      ids[i], taskqueue._now(), one.created, one.queue_id, one.method, one.url, one.target, one.namespace,
      one.dispatch_deadline, one.retry, one.headers, one.body_kind, one.tag,
      coalesce(one.name, taskqueue._name(one.id, one.created)), one.body, one.http)
    returning t.* into back;
    if audited then
      perform taskqueue._audit('requeue', 'task ' || source.name || '/' || back.name,
        jsonb_build_object('died', one.died, 'reason', one.reason, 'retry_count', one.attempts), null);
    end if;
    return next back;
  end loop;
end
$$;
