-- _check_bodies: at most one body, and only where the method has one; a URL with a query takes no params. `form`: the
-- params, encoded, if there are any.
-- Raises TQ108.
create or replace function taskqueue._check_bodies(method text, task taskqueue._new_task, form text) returns void
language plpgsql immutable as $$
declare
  payloads integer := num_nonnulls(task.payload, task.payload_bytes, task.payload_json);
  problem text;
begin
  problem := case
    when payloads > 1 then 'a task has one payload: payload, payload_bytes or payload_json'
    when payloads = 1 and form is not null
      and method in ('POST', 'PULL') then format('a %s task has a payload or params, not both', method)
    when payloads = 1
      and method in ('GET', 'HEAD',
      'DELETE') then format('a %s task has no payload; its params become the query of the URL', method)
    when payloads = 0 and form is null
      and method = 'PULL' then 'a pull task needs a payload or params; an empty payload is one'
    when method = 'POST' and task.url ~ '[?]' then 'the URL of a POST task has no query; send params, or use PUT or GET'
    when form is not null and task.url ~ '[?]' then 'a task has params or a query in its URL, not both'
  end;
  if problem is not null then
    perform taskqueue._raise('TQ108', problem, 'Leave one of them out.', jsonb_build_object('method', method));
  end if;
end
$$;
