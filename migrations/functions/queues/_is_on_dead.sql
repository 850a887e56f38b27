-- _is_on_dead: whether this says where death notices go: {"queue": ..., "url": ...}, url optional; {}: nowhere.
create or replace function taskqueue._is_on_dead(on_dead jsonb) returns boolean
language sql immutable as $$
  select case when jsonb_typeof(on_dead) <> 'object' then false
    when on_dead = '{}' then true
    else jsonb_typeof(on_dead -> 'queue') = 'string' and on_dead ->> 'queue' ~ '^[a-zA-Z0-9-]{1,100}$'
      and (not on_dead ? 'url' or jsonb_typeof(on_dead -> 'url') = 'string' and on_dead ->> 'url' ~ '^(/|https?://)'
        and octet_length(on_dead ->> 'url') <= 2083)
      and on_dead - array['queue', 'url'] = '{}' end
$$;
