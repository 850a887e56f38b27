-- Of several schedulers that see a moment, one adds its task: for the others the entry's row has moved on.
--
-- A moment that is found more than five minutes late was missed while no scheduler ran: it is skipped, unless the entry
-- says catch_up; of several missed ones, one is run.
--
-- Locks: the entry.
create or replace function taskqueue.fire_cron(id bigint, moment timestamptz, overlap boolean,
  following timestamptz default null) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  now constant timestamptz := taskqueue._now();
  late constant boolean := moment < now - interval '5 minutes';
  cron taskqueue._crons;
  task taskqueue._tasks;
begin
  if moment > now + interval '5 seconds' then
    return 'early';
  end if;
  update taskqueue._crons as c set next_run = following, since = greatest(moment, case when late then now end)
  where c.id = fire_cron.id and c.next_run = moment
  returning c.* into cron;
  if cron.id is null then
    return 'gone';
  end if;
  if late and not coalesce((cron.entry ->> 'catch_up')::boolean, false) then
    return 'missed';
  end if;
  if not overlap and exists (select from taskqueue._tasks as t where t.id = cron.last_task_id) then
    return 'overlapping';
  end if;
  begin
    task := taskqueue._add_cron_task(cron, cron.name || '-'
      || to_char(moment at time zone 'UTC', 'YYYYMMDD"T"HH24MISS"Z"'), moment);
    return case when task.id is null then 'gone' else 'added' end;
  exception when others then
    if sqlstate not like 'TQ%' then
      raise;
    end if;
    update taskqueue._crons as c set problem = sqlerrm where c.id = cron.id;
    return 'failed';
  end;
end
$$;

comment on function taskqueue.fire_cron is
$doc$For the scheduler: adds the task of an entry that is due and advances the entry to its next moment, in one
transaction.

Arguments:
- id: id of the entry.
- moment: its next run, as due_crons returned it.
- overlap: whether it runs even if the previous run has not ended.
- following: the run after that; null: to be counted from the end of this one.

Returns
- added: the task was added.
- missed: it was too late.
- overlapping: the previous run has not ended.
- early: the moment has not come.
- gone: another scheduler was first, or the entry has changed.
- failed: its task can't be added; the view crons says why.

Example:
    select taskqueue.fire_cron(1, moment => '2026-11-21 10:00:00+00', overlap => false);$doc$;
