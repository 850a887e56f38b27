-- _is_simple_batch: whether every task of a batch is only a payload, as text or JSON, with at most a tag (pull) or a
-- simple path (push). Most batches are, and then cost a fifth (add_tasks). A batch that isn't simple isn't wrong: it
-- takes the long way.
create or replace function taskqueue._is_simple_batch(mode text, tasks jsonb) returns boolean
language plpgsql immutable as $$
begin
  if mode = 'pull' then
    return (
      select bool_and((case when jsonb_typeof(t.value) <> 'object' then false
                            when t.value - 'payload' <> '{}' and (t.value - '{payload,tag}'::text[] <> '{}'
                              or jsonb_typeof(t.value -> 'tag') <> 'string'
                              or octet_length(t.value ->> 'tag') > 500) then false
                            else jsonb_typeof(t.value -> 'payload') = 'string'
                              and octet_length(t.value ->> 'payload') < 65536 end) is true)
      from jsonb_array_elements(tasks) as t);
  end if;
  return (
    select bool_and((case when jsonb_typeof(t.value) <> 'object' then false
                          when t.value - 'payload' = '{}' then jsonb_typeof(t.value -> 'payload') = 'string'
                            and octet_length(t.value ->> 'payload') < 65536
                          else t.value - '{payload,payload_json,url}'::text[] = '{}'
                            and (t.value -> 'payload' is null) <> (t.value -> 'payload_json' is null)
                            and coalesce(jsonb_typeof(t.value -> 'payload') = 'string',
                                jsonb_typeof(t.value -> 'payload_json') <> 'null')
                            and octet_length(coalesce(t.value ->> 'payload',
                                (t.value -> 'payload_json')::text)) < 65536
                            and (t.value -> 'url' is null
                                or t.value ->> 'url' ~ '^/[A-Za-z0-9_.-][A-Za-z0-9_./-]{0,200}$') end) is true)
    from jsonb_array_elements(tasks) as t);
end
$$;
