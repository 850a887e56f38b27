-- complete_tasks: the dispatcher's: tasks that were answered with success leave the queue; names become tombstones.
--
-- Arguments  queue         name of the queue that the tasks were claimed from
--            ids           of the tasks
--            lease_tokens  of the claims, in the same order
-- Returns    the ids that were completed; one that is missing had another claim since: its outcome belongs to that
-- Locks      the tasks' rows.
create or replace function taskqueue.complete_tasks(queue text, ids bigint[], lease_tokens uuid[]) returns setof bigint
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  source_id constant integer := (select q.id from taskqueue._queues as q where q.name = queue and q.deleted_at is null);
  gone record;
begin
  -- By the primary key, one by one: + 0 keeps the planner from walking over the whole queue instead.
  for gone in
    delete from taskqueue._tasks as t using unnest(ids, lease_tokens) as s(id, lease_token)
    where t.id = s.id and t.queue_id + 0 = source_id and t.lease_token = s.lease_token
    returning t.id, t.name
  loop
    if gone.name is not null then
      perform taskqueue._entomb(source_id, array[gone.name], array[gone.id]);
    end if;
    return next gone.id;
  end loop;
end
$$;

comment on function taskqueue.complete_tasks is 'The dispatcher''s: tasks that were answered with success leave the queue; names become tombstones.';
