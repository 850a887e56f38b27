-- Locks: the name's row. An add of the name that has begun waits for the end of this transaction, or this one for the
-- add; then the name is free, or the add has failed.
create or replace function taskqueue.release_name(queue text, name text, reason text default null) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
declare
  source constant taskqueue._queues := taskqueue._find_queue(queue);
  purged_until constant timestamptz := taskqueue._later(source.purged_at, source.tombstone_ttl);
  freed taskqueue._names;
begin
  perform taskqueue._check_name(coalesce(name, ''));
  if taskqueue._find_task(source, release_name.name) is not null then
    perform taskqueue._raise_name_taken(queue, release_name.name, 'exists');
  end if;
  delete from taskqueue._names as n
  where n.queue_id = source.id and n.name_hash = taskqueue._name_hash(release_name.name)
    and (n.expires is not null or taskqueue._is_purged(n.task_id, source.purged))
  returning n.* into freed;
  if freed.name is null or coalesce(freed.expires, purged_until) <= taskqueue._now() then
    perform taskqueue._raise('TQ014', format('queue %s has no tombstone %s', queue, release_name.name),
      'The name is free already: a task of this name can be added.',
      jsonb_build_object('queue', queue, 'name', release_name.name));
  end if;
  perform taskqueue._audit('release', 'name ' || source.name || '/' || release_name.name,
    jsonb_build_object('ended', coalesce(freed.ended, source.purged_at),
      'expires', coalesce(freed.expires, purged_until)), null, left(nullif(release_name.reason, ''), 500));
end
$$;

comment on function taskqueue.release_name is
$doc$Frees the name of a task that has ended, before its tombstone expires: a task of this name can be added again. What
the tombstone guards against, a second task for one event, is then up to the caller.

Arguments:
- queue: name of the queue.
- name: the name.
- reason: why, for the audit.

Raises: TQ001 unknown queue; TQ005 an invalid name; TQ010 a live task has the name; TQ014 there is no tombstone of it.

Example:
    select taskqueue.release_name('mail', 'receipt-7', 'sent twice by mistake');$doc$;
