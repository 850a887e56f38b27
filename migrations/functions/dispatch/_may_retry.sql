-- _may_retry: whether a task that has failed n times, and was first tried `age` ago, runs again. With both limits set
-- it ends only when both are exceeded (App Engine's rule).
create or replace function taskqueue._may_retry(retry taskqueue.retry_parameters, n integer,
  age interval) returns boolean
language plpgsql immutable as $$
begin
  if retry.task_retry_limit is null and retry.task_age_limit is null then
    return true;
  end if;
  return coalesce(n <= retry.task_retry_limit, false)
    or coalesce(extract(epoch from age) <= retry.task_age_limit, false);
end
$$;
