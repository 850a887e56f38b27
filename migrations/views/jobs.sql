create or replace view taskqueue.jobs as
select j.id, j.queue, j.act, j.filter, j.names, j.tasks, j.done, j.skipped, j.looked_at, j.state, j.problem, j.actor,
  j.reason, j.created, j.advanced, j.ended
from taskqueue._jobs as j;

comment on view taskqueue.jobs is
  'One row per act on many tasks (create_job) that runs or ended within the last 30 days. Select by id.';
comment on column taskqueue.jobs.id is 'Its number.';
comment on column taskqueue.jobs.queue is 'The queue of the tasks.';
comment on column taskqueue.jobs.act is 'run, delete, requeue or delete_dead.';
comment on column taskqueue.jobs.filter is 'Which live tasks; null: the names, or all that were dead.';
comment on column taskqueue.jobs.names is 'Which tasks; null: those of the filter, or all that were dead.';
comment on column taskqueue.jobs.tasks is 'How many at most, as confirmed.';
comment on column taskqueue.jobs.done is 'How many it has acted on so far.';
comment on column taskqueue.jobs.skipped is
  'How many it has left alone: they changed, ended or started meanwhile, or their names are taken.';
comment on column taskqueue.jobs.looked_at is 'How many tasks it has looked at so far.';
comment on column taskqueue.jobs.state is 'running, done, cancelled or failed.';
comment on column taskqueue.jobs.problem is 'Why it failed; null: it didn''t.';
comment on column taskqueue.jobs.actor is 'For whom it acts; null: for the login that created it.';
comment on column taskqueue.jobs.reason is 'Why, as given by its creator; null: nothing was given.';
comment on column taskqueue.jobs.created is 'When it was created.';
comment on column taskqueue.jobs.advanced is 'When it did its last chunk.';
comment on column taskqueue.jobs.ended is 'When it ended; null: it runs.';
