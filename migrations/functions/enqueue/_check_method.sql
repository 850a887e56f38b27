-- _check_method: a task's method must be a known one, and the task must have nothing that its kind can't have.
--
-- Raises TQ108.
create or replace function taskqueue._check_method(method text, task taskqueue._new_task) returns void
language plpgsql immutable as $$
declare
  misplaced text;
begin
  if method not in ('POST', 'GET', 'HEAD', 'PUT', 'DELETE', 'PULL') then
    perform taskqueue._raise('TQ108',
      format('method must be POST, GET, HEAD, PUT, DELETE or PULL, got %s', quote_literal(left(method, 120))),
      'PULL is for tasks of pull queues; leave method out for the queue''s own.',
        jsonb_build_object('method', left(method, 120)));
  end if;
  misplaced := case
    when method <> 'PULL' and nullif(task.tag, '') is not null then 'tag'
    when method <> 'PULL' then null
    when nullif(task.url, '') is not null then 'url'
    when not taskqueue._is_trace_context(task.headers) then 'headers (other than traceparent and tracestate)'
    when nullif(task.target, '') is not null then 'target'
    when exists (select
      from jsonb_object_keys(case jsonb_typeof(task.retry) when 'object' then task.retry else '{}' end) as k
      where k <> 'task_retry_limit')
      then 'retry (other than task_retry_limit)'
  end;
  if misplaced is not null then
    perform taskqueue._raise('TQ108',
      format('%s is not allowed for a %s task', misplaced, case method when 'PULL' then 'pull' else 'push' end),
      case method
        when 'PULL' then 'Pull tasks have a payload and a tag; put anything else the worker needs into the payload.'
                  else 'Only tasks of pull queues have tags.' end,
      jsonb_build_object('field', misplaced));
  end if;
end
$$;
