-- set_limits: bound what all queues together may have, as App Engine's quotas did. What is null or left out is not
-- bound; at first nothing is.
--
-- Arguments  queues  most queues that are not disabled, beside the default one: 0 or more
--            tasks   most tasks of all queues: 0 or more
--            bytes   most bytes of all tasks: a number and B, K, M, G or T. A queue file's total_storage_limit counts,
--                    too, where it is less
-- Returns    nothing. What is there stays, also beyond a bound; more is refused: a queue with TQ008, a task with TQ013
-- Raises     TQ008 what is no bound
-- Example    select taskqueue.set_limits(queues => 10, tasks => 1000000, bytes => '500M');
-- Locks      the rows of all queues.
create or replace function taskqueue.set_limits(queues integer default null, tasks bigint default null,
  bytes text default null) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set datestyle = 'ISO' set timezone = 'UTC' as $$
declare
  names constant text[] := array['max_queues', 'max_tasks', 'max_bytes'];
  earlier constant jsonb := (select jsonb_object_agg(s.name, s.value) from taskqueue._settings as s
    where s.name = any (names));
  wanted constant jsonb := nullif(jsonb_strip_nulls(jsonb_build_object('max_queues', queues::text, 'max_tasks',
    tasks::text, 'max_bytes', bytes)), '{}');
begin
  if queues < 0 or tasks < 0 then
    perform taskqueue._raise('TQ008', format('a limit can''t be %s: it is 0 or more', least(queues, tasks)),
      'Leave it out to have none.');
  end if;
  if bytes is not null then
    perform taskqueue._storage_limit(bytes);
  end if;
  if wanted is not distinct from earlier then
    return;    -- servers say it at each start
  end if;
  delete from taskqueue._settings as s where s.name = any (names);
  insert into taskqueue._settings (name, value) select w.key, w.value from jsonb_each_text(wanted) as w;
  perform taskqueue._copy_storage_limit();
  perform taskqueue._audit('set', 'setting limits', earlier, wanted);
end
$$;

comment on function taskqueue.set_limits is 'Bound what all queues together may have, as App Engine''s quotas did.';
