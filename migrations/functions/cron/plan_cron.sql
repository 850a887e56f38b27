-- plan_cron: the scheduler's: keep when an entry runs next. Only who finds it not worked out yet does.
--
-- Arguments  id        of the entry
--            next_run  null: it can't be planned, and never runs unless it can later; the view says so
--            problem   why it can't
create or replace function taskqueue.plan_cron(id bigint, next_run timestamptz default null,
  problem text default 'its schedule can''t be read') returns void
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  never constant text := 'never runs: ' || left(plan_cron.problem, 200);
begin
  update taskqueue._crons as c
  set next_run = plan_cron.next_run, problem = case when plan_cron.next_run is null then never
    when starts_with(c.problem, 'never runs: ') then null else c.problem end
  where c.id = plan_cron.id and c.next_run is null
    and (plan_cron.next_run is not null or c.problem is distinct from never);
end
$$;

comment on function taskqueue.plan_cron is 'The scheduler''s: keep when a cron entry runs next.';
