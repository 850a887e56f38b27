-- relay_tasks: add_tasks for rows of an outbox, which may come twice.
create or replace function taskqueue.relay_tasks(queue text, names text[], tasks jsonb)
returns setof taskqueue.add_result
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  shortest constant interval := '1 day';
  target constant taskqueue._queues := taskqueue._find_queue(queue);
begin
  if target.tombstone_ttl < shortest then
    perform taskqueue._raise('TQ008',
      format('queue %s must keep names for a day or longer to be relayed to, got %s', queue,
        target.tombstone_ttl),
      format('select from taskqueue.update_queue(%L, tombstone_ttl => ''9 days'');', queue),
      jsonb_build_object('queue', queue));
  end if;
  if tasks is null or jsonb_typeof(tasks) <> 'array' or cardinality(names) is distinct from jsonb_array_length(tasks)
  then
    perform taskqueue._raise('TQ108',
      format('tasks must be a JSON array of %s objects, one for each name', coalesce(cardinality(names), 0)),
      'Give each task a name.');
  end if;
  return query
    select * from taskqueue.add_tasks(queue,
      (select coalesce(jsonb_agg(taskqueue._outbox_task(n.name, t.value) order by t.position), '[]')
        from jsonb_array_elements(tasks) with ordinality as t(value, position)
        join unnest(names) with ordinality as n(name, position) using (position)),
      transactional => false);
end
$$;

comment on function taskqueue.relay_tasks is
$doc$Adds up to 100 named tasks that come from an outbox, each once however often it comes. pgtaskqueue relay calls it.

Arguments:
- queue: name of the queue. Its tombstone_ttl must be a day or longer: a row that comes again later than that would run
  again.
- names: one name per task, none of them empty.
- tasks: JSON array, as for add_tasks, of tasks without names.

Returns one row per task, as add_tasks: the result of a task that has come before is exists or tombstoned.

Raises: what add_tasks raises; TQ008 if the queue keeps names for less than a day; TQ108 if names and tasks do not
match.

Example:
    select name, result from taskqueue.relay_tasks('mail', array['shop-7'], '[{"url": "/send"}]');$doc$;
