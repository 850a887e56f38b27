-- _check_bodies: a task must have at most one body, only where its method allows one, and no params beside a query in
-- its URL. `form`: the encoded params, if there are any.
--
-- Raises TQ108.
create or replace function taskqueue._check_bodies(method text, task taskqueue._new_task, form text) returns void
language plpgsql immutable as $$
declare
  payloads integer := num_nonnulls(task.payload, task.payload_bytes, task.payload_json);
  problem text;
begin
  problem := case
    when payloads > 1 then 'a task must have at most one of payload, payload_bytes and payload_json'
    when payloads = 1 and form is not null
      and method in ('POST', 'PULL') then format('a %s task must have a payload or params, not both', method)
    when payloads = 1
      and method in ('GET', 'HEAD',
      'DELETE') then format('a %s task must not have a payload: its params become the query of its URL', method)
    when payloads = 0 and form is null
      and method = 'PULL' then 'a pull task must have a payload or params; an empty payload counts'
    when method = 'POST'
      and task.url ~ '[?]' then 'the URL of a POST task must not have a query: pass params, or use PUT or GET'
    when form is not null and task.url ~ '[?]' then 'a task must have params or a query in its URL, not both'
  end;
  if problem is not null then
    perform taskqueue._raise('TQ108', problem, 'Change the method, or leave one of them out.',
      jsonb_build_object('method', method));
  end if;
end
$$;
