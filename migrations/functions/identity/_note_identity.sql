-- _note_identity: what `migrate` records when it is done: that this server is the only one of its kind
-- (check_identity), and, if nothing was recorded before, that this database is not a copy (pause_copied_queues).
create or replace function taskqueue._note_identity() returns void
language plpgsql volatile as $$
begin
  perform setval('taskqueue._timeline', taskqueue._timeline());
  if pg_sequence_last_value('taskqueue._accepted') is null then
    perform setval('taskqueue._accepted', taskqueue._epoch());
  end if;
end
$$;
