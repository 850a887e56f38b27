-- _retry_parameters: a retry block from JSON: task_retry_limit, task_age_limit, min_backoff_seconds,
-- max_backoff_seconds, max_doublings.
--
-- Missing keys get the built-in default (no limits, 0.1 s, 3600 s, 16). task_age_limit is a number of seconds, rounded
-- up, or App Engine's text (12345.5s, 1.5d), rounded down. One back-off that lies beyond the other's default moves that
-- default with it.
--
-- Raises `code`: TQ020 for a queue's block, TQ105 for a task's.
create or replace function taskqueue._retry_parameters(retry jsonb, code text) returns taskqueue.retry_parameters
language plpgsql immutable as $$
declare
  known constant text[] := array['task_retry_limit', 'task_age_limit', 'min_backoff_seconds', 'max_backoff_seconds',
    'max_doublings'];
  parsed taskqueue.retry_parameters;
  given record;
  problem text;
begin
  if jsonb_typeof(coalesce(retry, '{}')) <> 'object' then
    perform taskqueue._raise(code, format('retry must be a JSON object, got %s', jsonb_typeof(retry)),
      'For example: {"task_retry_limit": 5}.');
  end if;
  for given in select r.key, r.value, jsonb_typeof(r.value) as kind from jsonb_each(retry) as r
      where r.value <> 'null' or r.key <> all (known) loop
    problem := case
      when given.key <> all (known) then format('must be one of %s', array_to_string(known, ', '))
      when given.key = 'task_age_limit' and given.kind = 'string' then
        case when taskqueue._age_limit(given.value #>> '{}') is null
          then 'must be above 0, in seconds or as a number with s, m, h or d' end
      when given.kind <> 'number' then 'must be a number'
      when given.value::numeric < 0 or given.value::numeric > 1e12 then 'must be 0 or more'
      when given.key = 'task_age_limit' and given.value::numeric = 0 then 'must be above 0'
      when given.key in ('task_retry_limit', 'max_doublings')
        and (given.value::numeric > 2147483647
            or given.value::numeric <> trunc(given.value::numeric)) then 'must be a whole number up to 2147483647'
    end;
    if problem is not null then
      perform taskqueue._raise(code,
        case when given.key <> all (known) then format('a key of retry %s, got %s', problem, left(given.key, 120))
             else format('retry.%s %s, got %s', left(given.key, 120), problem, left(given.value::text, 120)) end,
        'For example: {"task_retry_limit": 5, "min_backoff_seconds": 1, "max_backoff_seconds": 60}.',
          jsonb_build_object('key', left(given.key, 120), 'given', left(given.value::text, 120)));
    end if;
  end loop;
  parsed.task_retry_limit := (retry ->> 'task_retry_limit')::numeric::integer;
  parsed.task_age_limit := case jsonb_typeof(retry -> 'task_age_limit')
    when 'string' then taskqueue._age_limit(retry ->> 'task_age_limit')
      else ceil((retry ->> 'task_age_limit')::numeric) end;
  parsed.min_backoff_seconds := coalesce((retry ->> 'min_backoff_seconds')::numeric,
    least(0.1, (retry ->> 'max_backoff_seconds')::numeric));
  parsed.max_backoff_seconds := coalesce((retry ->> 'max_backoff_seconds')::numeric,
    greatest(3600, (retry ->> 'min_backoff_seconds')::numeric));
  parsed.max_doublings := coalesce((retry ->> 'max_doublings')::numeric, 16);
  if parsed.max_backoff_seconds < parsed.min_backoff_seconds then
    perform taskqueue._raise(code,
      format('max_backoff_seconds must be at least min_backoff_seconds (%s), got %s',
        parsed.min_backoff_seconds::numeric,
        parsed.max_backoff_seconds::numeric),
      'Raise max_backoff_seconds or lower min_backoff_seconds.');
  end if;
  return parsed;
end
$$;
