-- _headers: the headers that a task is sent with: those it was given, and the content type that its body's kind stands for.
create or replace function taskqueue._headers(task taskqueue._tasks) returns jsonb
language plpgsql immutable as $$
begin
  if task.body_kind is null then
    return coalesce(task.headers, '{}');
  end if;
  return coalesce(task.headers, '{}') || jsonb_build_object('content-type', case task.body_kind
    when 't' then 'text/plain; charset=utf-8'
    when 'j' then 'application/json'
    when 'f' then 'application/x-www-form-urlencoded'
  end);
end
$$;
