-- _default_content_type: the headers, with the content type that follows from how the body was given, where none is set. Bytes get none here:
-- the dispatcher sends application/octet-stream for them. Null: no headers.
create or replace function taskqueue._default_content_type(headers jsonb, method text, task taskqueue._new_task, form text) returns jsonb
language plpgsql immutable as $$
declare
  kind constant text := case
    when form is not null and method = 'POST' then 'application/x-www-form-urlencoded'
    when task.payload is not null then 'text/plain; charset=utf-8'
    when task.payload_json is not null then 'application/json'
  end;
begin
  if kind is null or headers ? 'content-type' then
    return headers;
  end if;
  return coalesce(headers, '{}') || jsonb_build_object('content-type', kind);
end
$$;
