-- Locks: its own new rows. It waits for a call that adds the same batch, and for transactions that are adding the same
-- names, five seconds at most.
create or replace function taskqueue.import_tasks(queue text, content jsonb)
returns table (added integer, dead integer, repeated boolean)
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
#variable_conflict use_column
declare
  now constant timestamptz := taskqueue._now();
  many constant integer := taskqueue._check_batch(content);
  first_id constant bigint := taskqueue._next_id(false, many);
  target constant taskqueue._queues := taskqueue._find_queue(import_tasks.queue);
  known taskqueue._imported_batches;
  restored record;
begin
  delete from taskqueue._imported_batches as b where b.ctid = any (array(
    select o.ctid from taskqueue._imported_batches as o where o.imported < taskqueue._later(now, interval '-90 days')
    order by o.imported limit 10 for update skip locked));
  insert into taskqueue._imported_batches as b (batch, queue_id, imported, tasks, dead)
  values ((content ->> 'batch')::uuid, target.id, now, many, 0) on conflict do nothing
  returning b.* into known;
  if known.batch is null then
    select b.* into known from taskqueue._imported_batches as b where b.batch = (content ->> 'batch')::uuid;
    return query select known.tasks - known.dead, known.dead, true;
    return;
  end if;
  perform taskqueue._check_imported(target, content);
  perform taskqueue._check_room(target.storage_limit);
  restored := taskqueue._restore_tasks(target, content -> 'tasks', first_id);
  update taskqueue._imported_batches as b set dead = restored.dead where b.batch = known.batch;
  perform taskqueue._audit('import', 'queue ' || target.name, null,
    jsonb_build_object('batch', known.batch, 'added', restored.added, 'dead', restored.dead));
  return query select restored.added, restored.dead, false;
end
$$;

comment on function taskqueue.import_tasks is
$doc$Adds a batch of tasks that export_tasks took out of a queue of another database: all of them, or none if one is
invalid, and once however often it is called. They keep their names, times, retries and attempts. A
transaction of its own.

A task whose name is in use here becomes a dead task, which can be requeued when the name is free; dead tasks stay dead.

Arguments:
- queue: name of the queue, which must have the mode of the other one.
- content: as export_tasks returned it.

Returns one row: added, dead (how many were added as dead tasks), repeated (true: the batch had arrived before).

Raises: TQ001 unknown queue; TQ013 the limits of all queues are reached, or this database holds the batch itself; TQ021
the queue has another mode; TQ104 not a transaction of its own; TQ108 invalid content, or a property that this schema
does not know; what add raises for a name, URL, body, target or tag.

Example:
    select * from taskqueue.import_tasks('mail', '{"batch": "00000000-0000-4000-8000-000000000001", "mode": "push",
      "tasks": [{"name": "receipt-7", "url": "/send", "due": "2026-01-01T00:00:00Z",
                 "created": "2026-01-01T00:00:00Z"}]}');$doc$;
