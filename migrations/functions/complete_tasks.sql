-- complete_tasks: the dispatcher's: tasks that were answered with success leave the queue; names become tombstones.
--
-- Arguments  ids           of the tasks, of any queues
--            lease_tokens  of the claims, in the same order
-- Returns    the ids that were completed; one that is missing had another claim since: its outcome belongs to that
-- Locks      the tasks' rows.
create or replace function taskqueue.complete_tasks(ids bigint[], lease_tokens uuid[]) returns setof bigint
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  gone record;
begin
  for gone in
    delete from taskqueue._tasks as t using unnest(ids, lease_tokens) as s(id, lease_token)
    where t.id = s.id and t.lease_token = s.lease_token
    returning t.id, t.queue_id, t.name
  loop
    if gone.name is not null then
      perform taskqueue._entomb(gone.queue_id, array[gone.name], array[gone.id]);
    end if;
    return next gone.id;
  end loop;
end
$$;

comment on function taskqueue.complete_tasks is 'The dispatcher''s: tasks that were answered with success leave the queue; names become tombstones.';
