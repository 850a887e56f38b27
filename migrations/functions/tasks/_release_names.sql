-- _release_names: the names of tasks that someone has deleted become tombstones, or are free at once where names are
-- forgotten (_forget_names). Names and ids in the same order.
create or replace function taskqueue._release_names(queue_id integer, names text[], ids bigint[]) returns void
language plpgsql volatile as $$
begin
  perform taskqueue._add_tombstones(queue_id, names, ids,
    forget => coalesce(pg_sequence_last_value('taskqueue._forgets_names') = 1, false));
end
$$;
