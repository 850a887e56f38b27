create or replace view taskqueue.crons as
select c.name, c.entry ->> 'description' as description, c.entry ->> 'url' as url, c.queue,
       not c.entry ? 'queue' as calls_url, c.entry ->> 'schedule' as schedule, c.entry ->> 'timezone' as timezone,
       c.entry ->> 'target' as target, c.entry -> 'retry_parameters' as retry_parameters,
       c.entry ->> 'attempt_deadline' as attempt_deadline,
       coalesce((c.entry ->> 'catch_up')::boolean, false) as catch_up,
       c.since, c.next_run, c.last_run, c.last_task,
       case when c.last_task_id is null or c.last_result is not null then c.last_result
            when exists (select from taskqueue._tasks as t where t.id = c.last_task_id) then 'running'
            when exists (select from taskqueue._dead_tasks as d where d.id = c.last_task_id) then 'failed'
            else 'succeeded' end as last_result,
       c.last_status,
       case when q.id is null then 'no queue'
            else taskqueue._queue_state(q.disabled_at, q.paused_at, q.paused_until, at.now) end as state,
       c.problem
from taskqueue._crons as c
cross join (select taskqueue._now() as now offset 0) as at
left join taskqueue._queues as q on q.name = c.queue and q.deleted_at is null;

comment on view taskqueue.crons is 'One row per cron entry.';
comment on column taskqueue.crons.name is 'Its own name, or one made of its URL.';
comment on column taskqueue.crons.description is 'Its description in the file; null: none.';
comment on column taskqueue.crons.url is 'The path that is requested.';
comment on column taskqueue.crons.queue is 'The queue of its tasks.';
comment on column taskqueue.crons.calls_url is
  'True: a run is a GET request with the header X-AppEngine-Cron. False: a run is a task of the entry''s own queue.';
comment on column taskqueue.crons.schedule is 'When it runs, as in the file.';
comment on column taskqueue.crons.timezone is 'Time zone of the schedule.';
comment on column taskqueue.crons.target is 'Target whose handler is called; null: the default one.';
comment on column taskqueue.crons.retry_parameters is
  'As in the file. Null: a failed run is not retried, or as its queue says.';
comment on column taskqueue.crons.attempt_deadline is 'Seconds a run may take.';
comment on column taskqueue.crons.catch_up is
  'Whether a run that was missed while no scheduler ran is made up for, once.';
comment on column taskqueue.crons.since is 'The moment the next run is counted from.';
comment on column taskqueue.crons.next_run is 'Null: not computed yet, or counted from the end of the current run.';
comment on column taskqueue.crons.last_run is 'When the last run was added to the queue.';
comment on column taskqueue.crons.last_task is 'Name of its task.';
comment on column taskqueue.crons.last_result is
  'running, succeeded (its task is gone) or failed (it is among the dead tasks); null: it has not run.';
comment on column taskqueue.crons.last_status is 'HTTP status of the last attempt, if it failed; 0: no response.';
comment on column taskqueue.crons.state is
  'State of its queue: running, paused or disabled; no queue: there is no queue of this name.';
comment on column taskqueue.crons.problem is
  'Why the last run could not be added, or why it never runs, for example because its schedule can''t be read; null: '
  'nothing is wrong.';
