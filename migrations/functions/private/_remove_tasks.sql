-- _remove_tasks: delete all tasks of a queue that this statement sees; names become tombstones. Gives their number.
create or replace function taskqueue._remove_tasks(queue_id integer) returns bigint
language plpgsql volatile as $$
declare
  names text[];
  ids bigint[];
  removed bigint;
begin
  with gone as (delete from taskqueue._tasks as t where t.queue_id = _remove_tasks.queue_id returning t.name, t.id)
  select count(*), array_agg(gone.name) filter (where gone.name is not null), array_agg(gone.id) filter (where gone.name is not null)
  into removed, names, ids from gone;
  delete from taskqueue._forced_runs as f where f.queue_id = _remove_tasks.queue_id;
  if names is not null then
    perform taskqueue._entomb(queue_id, names, ids);
  end if;
  return removed;
end
$$;
