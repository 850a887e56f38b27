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

comment on function taskqueue.plan_cron is
$doc$For the scheduler: stores when an entry runs next, if that is not computed yet.

Arguments:
- id: id of the entry.
- next_run: null: it can't be planned, and doesn't run until it can; the view crons says so.
- problem: why it can't be planned.

Example:
    select taskqueue.plan_cron(1, next_run => '2026-11-21 10:00:00+00');$doc$;
