-- _check_imported: whether a queue can take a batch. The tasks were checked when they were first added: this is for
-- those that somebody has changed since, and for those of another release.
--
-- Raises TQ004, TQ005, TQ007, TQ013, TQ021, TQ027, TQ108, TQ111.
create or replace function taskqueue._check_imported(target taskqueue._queues, content jsonb) returns void
language plpgsql stable as $$
declare
  task jsonb;
  odd text;
begin
  if exists (select from taskqueue._exported_batches as b
             where b.batch = (_check_imported.content ->> 'batch')::uuid) then
    perform taskqueue._raise('TQ013', 'this database holds the batch itself: it was exported here',
      format('To give it back to its queue: select taskqueue.undo_export(%L);', content ->> 'queue'));
  elsif content ->> 'mode' <> target.mode then
    perform taskqueue._raise('TQ021',
      format('queue %s is a %s queue and takes no tasks of a %s queue', target.name, target.mode, content ->> 'mode'),
      'Import them into a queue of the same mode.',
      jsonb_build_object('queue', target.name, 'mode', target.mode));
  end if;
  for task in select t.value from jsonb_array_elements(content -> 'tasks') as t loop
    odd := (select k.key from jsonb_object_keys(task) as k(key)
            where k.key <> 'deferred' and not exists (
              select from pg_attribute as a where a.attrelid = 'taskqueue._dead_tasks'::regclass and a.attname = k.key
                and a.attnum > 0 and not a.attisdropped and a.attname not in ('id', 'queue_id', 'lease_token'))
            limit 1);
    if odd is not null or task ->> 'name' is null or task ->> 'due' is null or task ->> 'created' is null then
      perform taskqueue._raise('TQ108', case when odd is null then 'a task must have a name, due and created'
        else format('a task has %s, which this schema does not know', quote_literal(left(odd, 120))) end,
        'Migrate this database to the release of the other one.');
    end if;
    perform taskqueue._check_name(task ->> 'name');
    if not task ? 'http' then
      perform taskqueue._check_url(task ->> 'url');
    end if;
    if octet_length(task ->> 'body') > 2 * 1048576 + 2 then
      perform taskqueue._raise('TQ004', 'a body must be at most 1048576 bytes', 'Correct the task, or leave it out.');
    end if;
    perform taskqueue._check_tag(task ->> 'tag');
    if task ->> 'target' !~ '^https?://([a-zA-Z0-9._-]{1,253}|[[][0-9a-f:.]{2,45}[]])(:[0-9]{1,5})?$' then
      perform taskqueue._check_target(task ->> 'target');
    end if;
  end loop;
end
$$;
