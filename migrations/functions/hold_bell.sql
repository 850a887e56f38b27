-- hold_bell: a waiting worker's: have whoever adds to a pull queue from now on ring, that is, notify taskqueue_wake. Look for tasks once more afterwards,
-- in a statement of its own: what was added before rang nobody.
--
-- Arguments  queue  name of a queue
-- Returns    id     of the queue, for let_go_of_bell
--            state  held: by this session, as of now; rung: another session's holds it, and says so when it lets go; open: a transaction has added
--                   without a word and has not ended: try again soon
-- Raises     TQ001 unknown queue
-- Example    select * from taskqueue.hold_bell('pull');
-- Locks      until let_go_of_bell or the end of the session: the queue's bell (8123002, id), if free; and, shared, the list of those who wait (8123005, id)
create or replace function taskqueue.hold_bell(queue text, out id integer, out state text)
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
begin
  id := (taskqueue._find_queue(queue)).id;
  perform pg_advisory_lock_shared(8123005, id);   -- before the bell is tried: who lets go of it after that sees us
  state := case
    when pg_try_advisory_lock(8123002, id) then 'held'
    when exists (select from pg_locks as l where l.locktype = 'advisory' and l.classid = 8123002 and l.objid = hold_bell.id::oid and l.objsubid = 2
                 and l.database = (select d.oid from pg_database as d where d.datname = current_database()) and l.mode = 'ExclusiveLock' and l.granted)
      then 'rung'
    else 'open'
  end;
end
$$;

comment on function taskqueue.hold_bell is 'A waiting worker''s: have whoever adds to a pull queue from now on ring.';
