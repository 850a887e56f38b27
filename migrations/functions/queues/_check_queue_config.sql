-- _check_queue_config: checks a queue file, as JSON, before its queues are handled one by one: known keys, one entry
-- per queue, the settings that go with each mode. Values are checked when they are applied.
--
-- Raises TQ008.
create or replace function taskqueue._check_queue_config(config jsonb) returns void
language plpgsql immutable as $$
declare
  known constant text[] := array(select k.file_key from taskqueue._queue_keys() as k where k.file_key is not null)
    || 'name'::text;
  push_only constant text[] := array(select k.file_key from taskqueue._queue_keys() as k where k.push_only);
  entry jsonb;
  problem text;
  seen text[] := '{}';
begin
  problem := case
    when config is null or jsonb_typeof(config) <> 'object' then 'a queue file must be an object with a list of queues'
    when jsonb_typeof(coalesce(nullif(config -> 'queue', 'null'), '[]')) <> 'array' then 'queue must be a list'
    when jsonb_typeof(coalesce(nullif(config -> 'resume_paused_queues', 'null'),
      'true')) <> 'boolean' then 'resume_paused_queues must be true or false'
    else (select format('a queue file must not have the key %s', quote_literal(left(k, 120)))
      from jsonb_object_keys(config) as k
          where k not in ('application', 'total_storage_limit', 'resume_paused_queues', 'queue') limit 1)
  end;
  if problem is not null then
    perform taskqueue._raise('TQ008', problem,
      'For example: {"queue": [{"name": "mail", "rate": "5/s"}]}. See the reference of queue.yaml.');
  end if;
  for entry in select e from jsonb_array_elements(coalesce(nullif(config -> 'queue', 'null'), '[]')) as e loop
    if jsonb_typeof(entry) <> 'object' or jsonb_typeof(coalesce(entry -> 'name', 'null')) <> 'string' then
      perform taskqueue._raise('TQ008', 'an entry of a queue file must be an object with a name',
        'For example: {"queue": [{"name": "mail", "rate": "5/s"}]}. See the reference of queue.yaml.');
    end if;
    problem := case
      when entry ->> 'name' = any (seen) then 'it must be listed once, got it twice'
      when entry ->> 'mode' = 'pull' and entry ?| push_only
        then format('a pull queue must not have %s',
          (select string_agg(k, ', ') from unnest(push_only) as k where entry ? k))
      when coalesce(entry ->> 'mode', 'push') = 'push' and entry ->> 'rate' is null and entry ->> 'name' <> 'default'
        then 'a push queue must have a rate, such as 5/s'
      else (select format('it must not have the key %s', quote_literal(left(k, 120))) from jsonb_object_keys(entry) as k
        where k <> all (known) limit 1)
    end;
    if problem is not null then
      perform taskqueue._raise('TQ008', format('queue %s: %s', left(entry ->> 'name', 120), problem),
        'For example: {"queue": [{"name": "mail", "rate": "5/s"}]}. See the reference of queue.yaml.',
        jsonb_build_object('queue', left(entry ->> 'name', 120)));
    end if;
    seen := seen || (entry ->> 'name');
  end loop;
end
$$;
