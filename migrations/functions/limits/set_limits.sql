-- Locks: the rows of all queues.
create or replace function taskqueue.set_limits(queues integer default null, tasks bigint default null,
  bytes text default null) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set datestyle = 'ISO' set timezone = 'UTC' as $$
declare
  names constant text[] := array['max_queues', 'max_tasks', 'max_bytes'];
  earlier constant jsonb := (select jsonb_object_agg(s.name, s.value) from taskqueue._settings as s
    where s.name = any (names));
  wanted constant jsonb := nullif(jsonb_strip_nulls(
    jsonb_build_object('max_queues', queues::text, 'max_tasks', tasks::text, 'max_bytes', bytes)), '{}');
begin
  if queues < 0 or tasks < 0 then
    perform taskqueue._raise('TQ008', format('a limit must be 0 or more, got %s', least(queues, tasks)),
      'Leave it out for no limit.');
  end if;
  if bytes is not null then
    perform taskqueue._storage_limit(bytes);
  end if;
  if wanted is not distinct from earlier then
    return;    -- servers call this at each start
  end if;
  delete from taskqueue._settings as s where s.name = any (names);
  insert into taskqueue._settings (name, value) select w.key, w.value from jsonb_each_text(wanted) as w;
  perform taskqueue._copy_storage_limit();
  perform taskqueue._audit('set', 'setting limits', earlier, wanted);
end
$$;

comment on function taskqueue.set_limits is
$doc$Limits what all queues together may have, as App Engine's quotas did. An argument that is null or left out sets no
limit; initially there are none.

Arguments:
- queues: most queues that are not disabled, beside the default one: 0 or more.
- tasks: most tasks of all queues: 0 or more.
- bytes: most bytes of all tasks: a number with B, K, M, G or T. The total_storage_limit of a queue file also counts, if
  it is lower.

What exists stays, even beyond a limit; new queues are refused with TQ008, new tasks with TQ013.

Raises: TQ008 an invalid limit.

Example:
    select taskqueue.set_limits(queues => 10, tasks => 1000000, bytes => '500M');$doc$;
