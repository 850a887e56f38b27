-- _note_identity: what migrate notes when it is done: this server is the only one of its kind (check_identity); and
-- where nothing was known of it before, this database is no copy (pause_copied_queues).
create or replace function taskqueue._note_identity() returns void
language plpgsql volatile as $$
begin
  perform setval('taskqueue._timeline', taskqueue._timeline());
  if pg_sequence_last_value('taskqueue._accepted') is null then
    perform setval('taskqueue._accepted', taskqueue._epoch());
  end if;
end
$$;
