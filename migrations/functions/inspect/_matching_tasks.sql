-- _matching_tasks: those of some live tasks that match a filter (_check_filter), in the order of their due times. Needs
-- the plans that its callers pin.
create or replace function taskqueue._matching_tasks(ids bigint[], filter jsonb) returns bigint[]
language plpgsql stable as $$
declare
  now constant timestamptz := taskqueue._now();
  prefix constant text := filter ->> 'name_prefix';
  asked_state constant text := filter ->> 'state';
  part constant text := filter ->> 'url';
  asked_tag constant text := filter ->> 'tag';
  asked_target constant text := filter ->> 'target';
  asked_method constant text := upper(filter ->> 'method');
  least_attempts constant integer := filter ->> 'min_attempts';
  most_attempts constant integer := filter ->> 'max_attempts';
  least_status constant integer := filter ->> 'min_status';
  most_status constant integer := filter ->> 'max_status';
  before constant timestamptz := now - (filter ->> 'min_age')::double precision * interval '1 second';
  since constant timestamptz := now - (filter ->> 'max_age')::double precision * interval '1 second';
begin
  return array(
    select f.id from (select t.ctid as place from taskqueue._tasks as t where t.id = any (ids) offset 0) as p
    cross join lateral (
      select r.id, r.due from taskqueue._task_rows as r
      where r.place = p.place
        and (prefix is null or starts_with(r.name, prefix))
        and (asked_state is null or r.state = asked_state)
        and (part is null or strpos(r.url, part) > 0)
        and (asked_tag is null or r.tag = asked_tag)
        and (asked_target is null or coalesce(r.target, 'default') = asked_target)
        and (asked_method is null or r.method = asked_method)
        and (least_attempts is null or r.retry_count >= least_attempts)
        and (most_attempts is null or r.retry_count <= most_attempts)
        and (least_status is null or r.last_status >= least_status)
        and (most_status is null or r.last_status <= most_status)
        and (before is null or r.created <= before)
        and (since is null or r.created >= since)
      offset 0) as f   -- by its place: where the planner expects few tasks it would read the whole queue for each
    order by f.due, f.id);
end
$$;
