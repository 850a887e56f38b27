-- _release_names: turns the names of deleted tasks into tombstones, or frees them immediately while names are
-- forgotten (_forget_names). Names and ids are in the same order.
create or replace function taskqueue._release_names(queue_id integer, names text[], ids bigint[]) returns void
language plpgsql volatile as $$
begin
  perform taskqueue._add_tombstones(queue_id, names, ids,
    forget => coalesce(pg_sequence_last_value('taskqueue._forgets_names') = 1, false));
end
$$;
