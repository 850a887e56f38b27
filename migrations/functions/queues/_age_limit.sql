-- _age_limit: the seconds of App Engine's task_age_limit text: a floating-point number followed directly by s, m, h or
-- d, cut to whole seconds. Null when the text is not one, or not above 0.
create or replace function taskqueue._age_limit(age text) returns double precision
language sql immutable as $$
  select case when seconds >= 1 then seconds end::double precision
  from (select regexp_match(age,
    '^([0-9]{1,15}(?:[.][0-9]{0,15})?(?:[eE][+-]?[0-9]{1,2})?)([smhd])$') as parts) as text,
       lateral (select trunc(regexp_replace(parts[1], '[.](?=[eE]|$)', '')::numeric
                             * case parts[2] when 's' then 1 when 'm' then 60 when 'h' then 3600
                               else 86400 end) as seconds) as whole
$$;
