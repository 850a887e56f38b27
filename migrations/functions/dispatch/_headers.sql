-- _headers: the headers a task is sent with: its own, and the content type its body's kind stands for. One expression,
-- so that PostgreSQL inlines it.
create or replace function taskqueue._headers(task taskqueue._tasks) returns jsonb
language sql immutable as $$
  select coalesce(task.headers, '{}') || case task.body_kind
    when 't' then jsonb '{"content-type": "text/plain; charset=utf-8"}'
    when 'j' then jsonb '{"content-type": "application/json"}'
    when 'f' then jsonb '{"content-type": "application/x-www-form-urlencoded"}'
    else jsonb '{}'
  end
$$;
