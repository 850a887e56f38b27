-- _cron_name: an entry's own name, or one made of its URL or else of its queue: /tasks/summary -> tasks-summary.
create or replace function taskqueue._cron_name(entry jsonb) returns text
language sql immutable as $$
  select coalesce(entry ->> 'name', nullif(left(trim(both '-' from
    regexp_replace(split_part(coalesce(entry ->> 'url', entry ->> 'queue'), '?', 1), '[^A-Za-z0-9_-]+', '-', 'g')), 80),
      ''), 'root')
$$;
