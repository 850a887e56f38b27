-- plan_cron: the scheduler's: keep when an entry runs next. Only who finds it not worked out yet does.
--
-- Arguments  id        of the entry
--            next_run  null: its schedule can't be read; it never runs, and the view says so
create or replace function taskqueue.plan_cron(id bigint, next_run timestamptz default null) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
begin
  update taskqueue._crons as c
  set next_run = plan_cron.next_run, problem = case when plan_cron.next_run is null then 'its schedule can''t be read' else c.problem end
  where c.id = plan_cron.id and c.next_run is null;
end
$$;

comment on function taskqueue.plan_cron is 'The scheduler''s: keep when a cron entry runs next.';
