-- _end_job: ends a job, whose row the caller has locked, and records its act in the audit: when it is cancelled, under
-- the name of the session that cancels it, and otherwise for whom it was created.
create or replace function taskqueue._end_job(job taskqueue._jobs, state text, problem text default null) returns void
language plpgsql volatile as $$
begin
  update taskqueue._jobs as j set (state, problem, position, done, skipped, looked_at, advanced, ended)
    = (_end_job.state, _end_job.problem, job.position, job.done, job.skipped, job.looked_at, taskqueue._now(),
       taskqueue._now())
  where j.id = job.id;
  if state <> 'cancelled' then
    perform set_config('taskqueue.actor', coalesce(job.actor, ''), true),
      set_config('taskqueue.request_id', coalesce(job.request_id, ''), true);
  end if;
  perform taskqueue._audit(case job.act when 'delete_dead' then 'delete_dead_tasks' else job.act || '_tasks' end,
    'queue ' || job.queue,
    jsonb_strip_nulls(jsonb_build_object('job', job.id, 'tasks', job.tasks, 'filter', job.filter,
      'names', to_jsonb(job.names[1:20]), 'for', case when state = 'cancelled' then job.actor end)),
    jsonb_strip_nulls(jsonb_build_object('state', state, 'done', job.done, 'skipped', job.skipped,
      'problem', problem)),
    job.reason);
end
$$;
