-- _check_filter: raises TQ013 unless a filter of tasks has only known keys with values of the right kinds.
create or replace function taskqueue._check_filter(filter jsonb) returns void
language plpgsql immutable as $$
declare
  texts constant text[] := array['name', 'name_prefix', 'state', 'url', 'tag', 'target', 'method'];
  wholes constant text[] := array['min_attempts', 'max_attempts', 'min_status', 'max_status'];
  seconds constant text[] := array['min_age', 'max_age'];
  states constant text[] := array['scheduled', 'due', 'dispatched', 'leased', 'retrying'];
  given record;
  expected text;
begin
  if jsonb_typeof(filter) is distinct from 'object' then
    perform taskqueue._raise('TQ013', format('filter must be a JSON object, got %s',
      coalesce(jsonb_typeof(filter), 'null')), 'For example: {"state": "retrying"}; {} stands for all tasks.');
  end if;
  for given in select f.key, f.value from jsonb_each(filter) as f loop
    expected := case
      when given.key <> all (texts || wholes || seconds)
        then format('one of %s', array_to_string(texts || wholes || seconds, ', '))
      when given.key = any (texts) and jsonb_typeof(given.value) <> 'string' then 'a string'
      when given.key = 'state' and given.value #>> '{}' <> all (states)
        then format('one of %s', array_to_string(states, ', '))
      when given.key = any (wholes) and given.value::text !~ '^[0-9]{1,9}$' then 'a whole number'
      when given.key = any (seconds) and given.value::text !~ '^[0-9]{1,9}([.][0-9]{1,6})?$'
        then 'a number of seconds'
    end;
    if expected is not null then
      perform taskqueue._raise('TQ013', format(case when given.key = any (texts || wholes || seconds)
          then '%s of a filter must be %s, got %s' else 'a key of a filter must be %2$s, got %1$s' end,
        left(given.key, 120), expected, left(given.value::text, 120)), 'Correct the key or leave it out.',
        jsonb_build_object('key', left(given.key, 120)));
    end if;
  end loop;
end
$$;
