-- _body_kind: which content type follows from how a body was given, if the headers have none: t text, j JSON, f form.
-- Bytes have none: the dispatcher sends application/octet-stream for them. It takes one byte per row instead of a
-- header.
create or replace function taskqueue._body_kind(headers jsonb, method text, task taskqueue._new_task,
  form text) returns "char"
language plpgsql immutable as $$
begin
  return case
    when headers ? 'content-type' then null
    when form is not null and method = 'POST' then 'f'
    when task.payload is not null then 't'
    when task.payload_json is not null then 'j'
  end;
end
$$;
