-- _let_go_of_names: the names of tasks that someone has deleted become tombstones, or are free at once where names are forgotten (_forget_names). Names and ids in
-- the same order.
create or replace function taskqueue._let_go_of_names(queue_id integer, names text[], ids bigint[]) returns void
language plpgsql volatile as $$
begin
  if pg_sequence_last_value('taskqueue._forgets_names') = 1 then
    delete from taskqueue._names as n
    using (select taskqueue._name_hash(g.name) as hash, g.id from unnest(names, ids) as g(name, id) offset 0) as gone
    where n.queue_id = _let_go_of_names.queue_id and n.name_hash = any (array[gone.hash]) and n.task_id = gone.id;
  else
    perform taskqueue._entomb(queue_id, names, ids);
  end if;
end
$$;
