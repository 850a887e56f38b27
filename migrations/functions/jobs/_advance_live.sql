-- _advance_live: does the next chunk of a job on live tasks. Needs the plans that its callers pin.
--
-- The tasks are locked and then compared with the filter again, because they may have changed since they were found. A
-- task that has been tried since the job began isn't run again: its retry lies ahead of the cursor.
--
-- Returns  more  false: there are no further tasks
create or replace function taskqueue._advance_live(source taskqueue._queues, inout job taskqueue._jobs,
  out more boolean)
language plpgsql volatile as $$
declare
  room constant integer := least(100, job.tasks - job.done);
  begins constant integer := coalesce(case when job.names is not null then job.position end, '0');
  asked bigint[];
  scan record;
  acted bigint;
begin
  if job.names is not null then
    asked := array(select taskqueue._find_task(source, n.name)
      from unnest(job.names[begins + 1:begins + room]) as n(name));
    job.position := begins + room;
    job.looked_at := job.looked_at + cardinality(asked);
    more := begins + room < cardinality(job.names);
  else
    scan := taskqueue._scan_tasks(source, job.filter, job.position, room);
    asked := scan.ids;
    job.position := scan.next_position;
    job.looked_at := job.looked_at + scan.looked_at;
    more := job.position is not null;
  end if;
  acted := taskqueue._act_on_tasks(source, job,
    taskqueue._matching_tasks(array(select t.id from taskqueue._tasks as t where t.id = any (asked) order by t.id
      for update skip locked), coalesce(job.filter, '{}') - 'name'));
  job.done := job.done + acted;
  job.skipped := job.skipped + cardinality(asked) - acted;
end
$$;
