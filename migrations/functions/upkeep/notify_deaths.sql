-- Each notice is added in a subtransaction of its own: one that cannot be added leaves its error in the row of the dead
-- task and holds up no other. Errors that pass (locks, resources, an operator's cancellation) are tried again.
--
-- Locks: rows of dead tasks, skipping locked ones; names.
create or replace function taskqueue.notify_deaths(max_tasks integer default 100) returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
declare
  most constant integer := greatest(0, least(100, max_tasks));
  dead taskqueue._dead_tasks;
  source taskqueue._queues;
  first_id bigint;                      -- taken before anything is locked: _next_id
  handled integer := 0;
begin
  if most = 0 or not exists (select from taskqueue._dead_tasks as d where d.awaits_notice) then
    return (select 0 from taskqueue._queues as q
            where q.on_dead is not null and q.mode = 'pull' and q.deleted_at is null limit 1);
  end if;
  first_id := taskqueue._next_id(false, most);
  for dead in select d.* from taskqueue._dead_tasks as d where d.awaits_notice order by d.died limit most
              for update skip locked loop
    select * into source from taskqueue._queues as q where q.id = dead.queue_id;
    begin
      if source.on_dead is not null and source.deleted_at is null then
        perform taskqueue._death_notice(source, dead, first_id + handled);
      end if;
      update taskqueue._dead_tasks as d
      set awaits_notice = false, notice_error = null,
          noticed = case when source.on_dead is not null then taskqueue._now() end
      where d.id = dead.id;
    exception when others then
      update taskqueue._dead_tasks as d
      set notice_error = left(sqlerrm, 1024),
          awaits_notice = sqlstate = 'TQ002' or left(sqlstate, 2) = any (array['40', '53', '55', '57'])
      where d.id = dead.id;
    end;
    handled := handled + 1;
  end loop;
  return handled;
end
$$;

comment on function taskqueue.notify_deaths is
$doc$For dispatchers: adds the notices of dead tasks (on_dead of create_queue), the longest dead first. A notice that
can't be added leaves its reason in notice_error of the view dead_tasks, and raises nothing.

Arguments:
- max_tasks: most dead tasks to handle, 1 to 100.

Returns the number of dead tasks that were handled: as many as max_tasks means that there may be more; 0: none for the
moment, but lease calls may bury tasks of a pull queue with on_dead at any time; null: none, and only dispatchers can
bury tasks that need one.

Example:
    select taskqueue.notify_deaths();$doc$;
