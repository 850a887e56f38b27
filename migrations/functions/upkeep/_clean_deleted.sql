-- _clean_deleted: removes up to max_rows tasks of a deleted queue, and as many of its dead tasks, names and deferred
-- payloads; when none is left, the deletion is finished. Returns the number of removed rows. Needs the plans that
-- clean_purged pins.
--
-- Locks: the rows it removes, skipping locked ones; with the last of them the queue's row. Names come last, as
-- everywhere.
create or replace function taskqueue._clean_deleted(source taskqueue._queues, max_rows integer) returns bigint
language plpgsql volatile as $$
declare
  tasks bigint;
  dead bigint;
  payloads bigint;
  names bigint;
begin
  delete from taskqueue._tasks as t where t.ctid = any (array(
    select o.ctid from taskqueue._tasks as o where o.queue_id = source.id order by o.due limit max_rows
      for update skip locked));
  get diagnostics tasks = row_count;
  delete from taskqueue._dead_tasks as d where d.ctid = any (array(
    select o.ctid from taskqueue._dead_tasks as o where o.queue_id = source.id order by o.expires limit max_rows
      for update skip locked));
  get diagnostics dead = row_count;
  delete from taskqueue._deferred_payload as p where p.ctid = any (array(
    select o.ctid from taskqueue._deferred_payload as o where o.queue_id = source.id order by o.checked_at
      limit max_rows for update skip locked));
  get diagnostics payloads = row_count;
  delete from taskqueue._names as n where n.ctid = any (array(
    select o.ctid from taskqueue._names as o where o.queue_id = source.id order by o.name_hash limit max_rows
      for update skip locked));
  get diagnostics names = row_count;
  if tasks + dead + payloads + names = 0
      and not exists (select from taskqueue._tasks as t where t.queue_id = source.id)
      and not exists (select from taskqueue._names as n where n.queue_id = source.id) then
    execute format('drop sequence if exists taskqueue._floor_%s', source.id);
    update taskqueue._queues as q set purged = null, purged_at = null where q.id = source.id;
  end if;
  return tasks + dead + payloads + names;
end
$$;
