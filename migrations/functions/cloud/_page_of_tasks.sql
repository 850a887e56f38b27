-- _page_of_tasks: the ids of the tasks of a queue that come next in the order of due time and id, up to max_tasks.
--
-- The index has no ids. So a page consists of all tasks of some due times; only if the first due time alone has more
-- tasks than fit, it is a part of that run (_page_of_run).
--
-- Arguments  after     the last due time of the page before; null: this is the first page
--            after_id  null: all tasks of that time have been listed; otherwise those up to this id
-- Returns    position  where the next page begins: due time and id, as after and after_id; null: this is the last one
create or replace function taskqueue._page_of_tasks(source taskqueue._queues, after timestamptz, after_id bigint,
  max_tasks integer, out ids bigint[], out next_after timestamptz, out next_id bigint)
language plpgsql stable as $$
declare
  first timestamptz;                    -- a variable: the floor is volatile, and no condition for an index
  dues timestamptz[];
begin
  loop
    if after_id is not null then
      select p.ids, after, p.next_id into ids, next_after, next_id
      from taskqueue._page_of_run(source, after, after_id, max_tasks) as p;
      exit when next_id is not null or cardinality(ids) > 0;
    end if;
    first := coalesce(after + interval '1 microsecond', taskqueue._floor(source.id));
    select array_agg(o.id), array_agg(o.due) into ids, dues
    from (select t.id, t.due from taskqueue._tasks as t
          where t.queue_id = source.id and t.due >= first and not taskqueue._is_purged(t.id, source.purged)
          order by t.due limit max_tasks + 1) as o;
    next_after := null;
    exit when coalesce(cardinality(ids), 0) <= max_tasks;
    if dues[1] < dues[max_tasks + 1] then
      ids := ids[1:array_position(dues, dues[max_tasks + 1]) - 1];
      next_after := dues[cardinality(ids)];
      exit;
    end if;
    after := dues[1];
    after_id := -9223372036854775808;
  end loop;
end
$$;
