-- _form_encode: params as application/x-www-form-urlencoded: {"a": [1, 2], "b": "x y"} -> a=1&a=2&b=x+y. Null when
-- there are none. A value is a string, a number or a boolean, or an array of these: its key is then repeated; an empty
-- array leaves nothing.
--
-- Raises TQ108.
create or replace function taskqueue._form_encode(params jsonb) returns text
language plpgsql immutable as $$
declare
  wrong text;
begin
  if jsonb_typeof(params) <> 'object' then
    perform taskqueue._raise('TQ108', format('params must be a JSON object, got %s', jsonb_typeof(params)),
      'For example: {"name": "value"} or {"name": ["first", "second"]}.');
  end if;
  select p.key into wrong
  from jsonb_each(params) as p,
       lateral jsonb_array_elements(case jsonb_typeof(p.value) when 'array' then p.value
         else jsonb_build_array(p.value) end) as v
  where jsonb_typeof(v.value) not in ('string', 'number', 'boolean');
  if wrong is not null then
    perform taskqueue._raise('TQ108',
      format('params.%s must be a string, a number, a boolean or an array of these', left(wrong, 120)),
      'Pass nested data as payload_json.', jsonb_build_object('param', left(wrong, 120)));
  end if;
  return (
    select string_agg(taskqueue._percent_encode(p.key) || '=' || taskqueue._percent_encode(v.value #>> '{}'), '&'
      order by p.position, v.position)
    from jsonb_each(params) with ordinality as p(key, value, position),
         lateral jsonb_array_elements(case jsonb_typeof(p.value) when 'array' then p.value
           else jsonb_build_array(p.value) end)
           with ordinality as v(value, position));
end
$$;
