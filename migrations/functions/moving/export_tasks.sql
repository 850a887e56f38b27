-- Locks: the queue's row, then those of the tasks it takes, skipping locked ones, and their names.
create or replace function taskqueue.export_tasks(queue text, after bigint default 0, forget boolean default false,
  dead boolean default false, destination text default '', max_tasks integer default 100)
returns table (number bigint, batch uuid, tasks integer, content jsonb, more boolean)
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC'
set extra_float_digits = 1 set bytea_output = 'hex' as $$
#variable_conflict use_column
declare
  source constant taskqueue._queues := taskqueue._lock_queue(export_tasks.queue);
  before taskqueue._exported_batches;
  held taskqueue._exported_batches;
  since timestamptz := '-infinity';
  taken record;
begin
  if coalesce(max_tasks, -1) not between 0 and 100 then
    perform taskqueue._raise('TQ102', format('max_tasks must be 0 to 100, got %s', coalesce(max_tasks::text, 'null')),
      'Call again for more.');
  end if;
  select b.* into held from taskqueue._exported_batches as b
  where b.queue_id = source.id and b.destination <> coalesce(export_tasks.destination, '')
  order by b.number limit 1;
  if held.number is not null then
    perform taskqueue._raise('TQ013',
      format('queue %s holds tasks that were exported to %s since %s: some may have arrived there', source.name,
        coalesce(nullif(held.destination, ''), 'an unnamed destination'), taskqueue._show_time(held.taken)),
      format('Finish that export first; or, if none has arrived: select taskqueue.undo_export(%L);', source.name),
      jsonb_build_object('queue', source.name, 'destination', held.destination));
  end if;
  select b.* into before from taskqueue._exported_batches as b where b.queue_id = source.id and b.number = after;
  if forget then
    delete from taskqueue._exported_batches as b where b.queue_id = source.id and b.number = before.number;
  end if;
  select b.* into held from taskqueue._exported_batches as b where b.queue_id = source.id and b.number > after
  order by b.number limit 1;
  if held.number is not null then
    return query select held.number, held.batch, held.tasks, held.content, true;
    return;
  end if;
  if max_tasks = 0 then
    return;
  elsif before.dead = export_tasks.dead then
    since := before.reached;
  end if;
  if export_tasks.dead then
    taken := taskqueue._take_dead(source, since, max_tasks);
  else
    taken := taskqueue._take_live(source, since, max_tasks);
  end if;
  if taken.tasks is null then
    return;
  end if;
  held.batch := gen_random_uuid();
  held.tasks := jsonb_array_length(taken.tasks);
  held.content := jsonb_build_object('batch', held.batch, 'queue', source.name, 'mode', source.mode,
    'tasks', taken.tasks);
  insert into taskqueue._exported_batches as b (queue_id, batch, taken, tasks, dead, destination, reached, content)
  values (source.id, held.batch, taskqueue._now(), held.tasks, export_tasks.dead,
    coalesce(left(export_tasks.destination, 500), ''), taken.reached, held.content)
  returning b.number into held.number;
  perform taskqueue._audit('export', 'queue ' || source.name, null,
    jsonb_build_object('batch', held.batch, 'tasks', held.tasks, 'dead', export_tasks.dead,
      'destination', export_tasks.destination));
  return query select held.number, held.batch, held.tasks, held.content, taken.more;
end
$$;

comment on function taskqueue.export_tasks is
$doc$Takes waiting tasks out of a queue, to be added to a queue of another database with import_tasks. They are held
here, in batches, until they are forgotten or given back (undo_export). Their given names become tombstones.

A call returns the first batch after a number; if there is none, it takes one: the tasks that are due first. Tasks that
are leased or in flight stay.

Arguments:
- queue: name of the queue.
- after: number of the last batch that the caller has dealt with; 0: the first that is held.
- forget: true: that last batch has arrived, and is forgotten.
- dead: true: take dead tasks instead.
- destination: where they go. Tasks that are held for another destination must arrive there, or be given back, first.
- max_tasks: 1 to 100; 0: none is taken. A batch has at most about 4 MB of bodies.

Returns one row: number, batch (its id), tasks (how many), content (for import_tasks), more (false: no further task
waited when this batch was taken); no row: none waits.

Raises: TQ001 unknown queue; TQ013 tasks are held for another destination; TQ102 max_tasks.

Example:
    select number, content from taskqueue.export_tasks('mail');$doc$;
