-- _task_from_json: one element of add_tasks' JSON array. Its keys are the arguments of add; payload_base64 is for
-- bytes.
--
-- Raises TQ108 for anything but an object of those keys with values of the right kinds; TQ012 for an eta that is not an
-- RFC 3339 time with an offset.
create or replace function taskqueue._task_from_json(task jsonb) returns taskqueue._new_task
language plpgsql immutable as $$
declare
  texts constant text[] := array['url', 'method', 'payload', 'payload_base64', 'name', 'tag', 'eta', 'target',
    'namespace', 'service'];
  numbers constant text[] := array['countdown', 'dispatch_deadline'];
  documents constant text[] := array['payload_json', 'params', 'headers', 'retry'];
  given record;
  problem text;
  parsed taskqueue._new_task;
begin
  if jsonb_typeof(task) <> 'object' then
    perform taskqueue._raise('TQ108', format('a task must be a JSON object, got %s', jsonb_typeof(task)),
      'For example: {"url": "/path"}.');
  end if;
  for given in select t.key, t.value, jsonb_typeof(t.value) as kind from jsonb_each(task) as t loop
    problem := case
      when given.key <> all (texts || numbers || documents)
        then format('it must be one of %s', array_to_string(texts || numbers || documents, ', '))
      when given.kind = 'null' then null
      when given.key = any (texts) and given.kind <> 'string' then 'it must be a string'
      when given.key = any (numbers)
        and not (given.kind = 'number' or given.value #>> '{}' ~ '^-?[0-9]{1,15}([.][0-9]{0,15})?$')
        then 'it must be a number of seconds'
      when given.key = 'payload_base64'
        and translate(given.value #>> '{}', '-_',
        '+/') !~ '^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}(==)?|[A-Za-z0-9+/]{3}=?)?$'
        then 'it must be base64, standard or URL-safe, without white space'
    end;
    if problem is not null then
      perform taskqueue._raise('TQ108',
        format('key %s of a task is invalid: %s', quote_literal(left(given.key, 120)), problem),
        'Correct the key or leave it out.', jsonb_build_object('key', left(given.key, 120)));
    end if;
  end loop;
  parsed.url := task ->> 'url';
  parsed.method := task ->> 'method';
  parsed.payload := task ->> 'payload';
  parsed.payload_bytes := taskqueue._from_base64(task ->> 'payload_base64');
  parsed.payload_json := nullif(task -> 'payload_json', 'null');
  parsed.params := nullif(task -> 'params', 'null');
  parsed.headers := nullif(task -> 'headers', 'null');
  parsed.name := task ->> 'name';
  parsed.tag := task ->> 'tag';
  parsed.countdown := (task ->> 'countdown')::double precision;
  parsed.eta := taskqueue._eta_from_text(task ->> 'eta');
  parsed.target := task ->> 'target';
  parsed.service := nullif(task ->> 'service', '');
  parsed.namespace := task ->> 'namespace';
  parsed.dispatch_deadline := (task ->> 'dispatch_deadline')::double precision;
  parsed.retry := nullif(task -> 'retry', 'null');
  return parsed;
end
$$;
