-- _check_method: a method that tasks have, and nothing that its kind of task can't have.
-- Raises TQ108.
create or replace function taskqueue._check_method(method text, task taskqueue._new_task) returns void
language plpgsql immutable as $$
declare
  misplaced text;
begin
  if method not in ('POST', 'GET', 'HEAD', 'PUT', 'DELETE', 'PULL') then
    perform taskqueue._raise('TQ108', format('not a task method: %s', quote_literal(left(method, 120))),
      'Use POST, GET, HEAD, PUT or DELETE; PULL for the tasks of pull queues.',
        jsonb_build_object('method', left(method, 120)));
  end if;
  misplaced := case
    when method <> 'PULL' and nullif(task.tag, '') is not null then 'tag'
    when method <> 'PULL' then null
    when nullif(task.url, '') is not null then 'url'
    when task.headers <> '{}' then 'headers'
    when nullif(task.target, '') is not null then 'target'
    when exists (select
      from jsonb_object_keys(case jsonb_typeof(task.retry) when 'object' then task.retry else '{}' end) as k
      where k <> 'task_retry_limit')
      then 'retry (but for task_retry_limit)'
  end;
  if misplaced is not null then
    perform taskqueue._raise('TQ108',
      format('a %s task has no %s', case method when 'PULL' then 'pull' else 'push' end, misplaced),
      case method
        when 'PULL' then 'Pull tasks have a payload and a tag; what else a worker must know goes into the payload.'
                  else 'Tags are for pull queues.' end,
      jsonb_build_object('field', misplaced));
  end if;
end
$$;
