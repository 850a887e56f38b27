-- _page_of_run: the ids of the tasks of a queue that are due at one moment, in their order, up to max_tasks.
--
-- A short run is read by due time, and sorted. Of a long one the primary key is read instead, whatever queues and times
-- the tasks belong to: for all pages together that is once. No page reads more than 100000 rows; it may have fewer
-- tasks than that allows, or none.
--
-- Arguments  after_id  ids up to this one have been listed
-- Returns    next_id   where the next page begins; null: all tasks of the run have been listed
create or replace function taskqueue._page_of_run(source taskqueue._queues, moment timestamptz, after_id bigint,
  max_tasks integer, out ids bigint[], out next_id bigint)
language plpgsql stable as $$
declare
  most_sorted constant integer := 10000;
  most_read constant integer := 100000;
begin
  if (select count(*) from (select from taskqueue._tasks as t where t.queue_id = source.id and t.due = moment
      limit most_sorted + 1) as o) <= most_sorted then
    -- "+ 0": not by the primary key
    ids := array(select t.id from taskqueue._tasks as t
      where t.queue_id = source.id and t.due = moment and t.id + 0 > after_id
        and not taskqueue._is_purged(t.id, source.purged)
      order by t.id + 0 limit max_tasks + 1);
  else
    ids := array(select o.id
      from (select t.id, t.queue_id, t.due from taskqueue._tasks as t where t.id > after_id order by t.id
        limit most_read) as o
      where o.queue_id = source.id and o.due = moment and not taskqueue._is_purged(o.id, source.purged)
      limit max_tasks + 1);
    if cardinality(ids) <= max_tasks then
      select case when count(*) = most_read then max(o.id) end into next_id
      from (select t.id from taskqueue._tasks as t where t.id > after_id order by t.id limit most_read) as o;
    end if;
  end if;
  if cardinality(ids) > max_tasks then
    ids := ids[1:max_tasks];
    next_id := ids[max_tasks];
  end if;
end
$$;
