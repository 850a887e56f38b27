-- _check_queue_config: what a queue file as JSON has to be before its queues are looked at one by one: known keys, one
-- entry a queue, the settings that go with each mode. Values are checked as they are applied.
-- Raises TQ008.
create or replace function taskqueue._check_queue_config(config jsonb) returns void
language plpgsql immutable as $$
declare
  known constant text[] := array['name', 'mode', 'rate', 'bucket_size', 'max_concurrent_requests', 'target',
    'retry_parameters', 'acl'];
  push_only constant text[] := array['rate', 'bucket_size', 'max_concurrent_requests', 'target'];
  entry jsonb;
  problem text;
  seen text[] := '{}';
begin
  problem := case
    when config is null or jsonb_typeof(config) <> 'object' then 'a queue file is an object with a list of queues'
    when jsonb_typeof(coalesce(nullif(config -> 'queue', 'null'), '[]')) <> 'array' then 'queue is a list'
    when jsonb_typeof(coalesce(nullif(config -> 'resume_paused_queues', 'null'),
      'true')) <> 'boolean' then 'resume_paused_queues is true or false'
    else (select format('a queue file has no key %s', quote_literal(left(k, 120))) from jsonb_object_keys(config) as k
          where k not in ('application', 'total_storage_limit', 'resume_paused_queues', 'queue') limit 1)
  end;
  if problem is not null then
    perform taskqueue._raise('TQ008', problem, 'See the reference of queue.yaml.');
  end if;
  for entry in select e from jsonb_array_elements(coalesce(nullif(config -> 'queue', 'null'), '[]')) as e loop
    if jsonb_typeof(entry) <> 'object' or jsonb_typeof(coalesce(entry -> 'name', 'null')) <> 'string' then
      perform taskqueue._raise('TQ008', 'an entry of a queue file is an object with a name',
        'See the reference of queue.yaml.');
    end if;
    problem := case
      when entry ->> 'name' = any (seen) then 'it is in the file twice'
      when entry ->> 'mode' = 'pull' and entry ?| push_only
        then format('a pull queue has no %s', (select string_agg(k, ', ') from unnest(push_only) as k where entry ? k))
      when coalesce(entry ->> 'mode', 'push') = 'push' and entry ->> 'rate' is null and entry ->> 'name' <> 'default'
        then 'it has no rate: a push queue needs one, such as 5/s'
      else (select format('there is no key %s', quote_literal(left(k, 120))) from jsonb_object_keys(entry) as k
        where k <> all (known) limit 1)
    end;
    if problem is not null then
      perform taskqueue._raise('TQ008', format('queue %s: %s', left(entry ->> 'name', 120), problem),
        'See the reference of queue.yaml.',
        jsonb_build_object('queue', left(entry ->> 'name', 120)));
    end if;
    seen := seen || (entry ->> 'name');
  end loop;
end
$$;
