-- _cron_entries: the checked entries of a cron file, each with its name and time zone. Entries of one URL without a
-- name of their own are numbered in the order of the file. Whether a schedule can be read is not checked here: the
-- command and the scheduler read it.
--
-- Raises TQ013.
create or replace function taskqueue._cron_entries(config jsonb) returns setof jsonb
language plpgsql stable as $$
declare
  known constant text[] := array['name', 'url', 'queue', 'payload', 'tag', 'schedule', 'timezone', 'description',
    'target', 'attempt_deadline', 'retry_parameters', 'catch_up'];
  entry jsonb;
  problem text;
  base text;
  -- Of the tz database: PostgreSQL also accepts abbreviations (CEST) and rules (FOO3) as zones, which no scheduler
  -- knows. Listing the zones reads many files, so it is done once.
  zones constant text[] := case when jsonb_path_exists(config, 'lax $.cron[*].timezone') then array(
    select lower(z.name) from pg_timezone_names as z where z.name not in ('localtime', 'posixrules', 'Factory')) end;
  taken text[] := array(select e ->> 'name' from jsonb_path_query(config, 'lax $.cron[*]') as e
    where jsonb_typeof(e) = 'object' and e ? 'name');
  name text;
  number integer;
begin
  problem := case
    when config is null or jsonb_typeof(config) <> 'object' then 'a cron file must be an object with a list of jobs'
    when jsonb_typeof(config -> 'cron') is distinct
      from 'array' then 'cron must be a list; an empty one removes all jobs'
    when (select count(*) <> count(distinct t) from unnest(taken) as t) then 'names of jobs must be unique'
    else (select format('a cron file must not have the key %s', quote_literal(left(k, 120)))
      from jsonb_object_keys(config) as k
      where k not in ('application', 'cron') limit 1)
  end;
  if problem is not null then
    perform taskqueue._raise('TQ013', problem,
      'For example: {"cron": [{"url": "/summary", "schedule": "every day 09:00"}]}.');
  end if;
  for entry in select jsonb_strip_nulls(e) from jsonb_array_elements(config -> 'cron') as e loop
    if jsonb_typeof(entry) <> 'object' then
      perform taskqueue._raise('TQ013', 'a job must be an object with a url and a schedule',
        'For example: {"cron": [{"url": "/summary", "schedule": "every day 09:00"}]}.');
    end if;
    problem := case
      when entry ->> 'url' is null and entry ->> 'queue' is null then 'it must have a url or a queue'
      when entry ->> 'url' !~ '^/' then 'its url must be a path that begins with a slash'
      when coalesce(entry ->> 'schedule', '') = '' then 'it must have a schedule'
      when entry ->> 'name' !~ '^[A-Za-z0-9_-]{1,100}$' then 'its name must be 1 to 100 letters, digits, _ or -'
      when length(entry ->> 'description') > 499 then 'its description must be at most 499 characters'
      when lower(entry ->> 'timezone') <> all (zones)
        then 'its timezone must be a name of the tz database, such as Europe/Berlin'
      when entry ? 'payload'
        and not entry ? 'queue' then 'it must have a queue to have a payload: a GET request has none'
      when jsonb_typeof(coalesce(entry -> 'catch_up', 'true')) <> 'boolean' then 'catch_up must be true or false'
      when entry ->> 'attempt_deadline' !~ '^[0-9]{1,9}([.][0-9]{0,9})?s$'
        then 'attempt_deadline must be a number of seconds with an s, such as 15.1s'
      else (select format('it must not have the key %s', quote_literal(left(k, 120))) from jsonb_object_keys(entry) as k
        where k <> all (known) limit 1)
    end;
    base := taskqueue._cron_name(entry);
    if problem is not null then
      perform taskqueue._raise('TQ013', format('job %s: %s', left(base, 120), problem),
        'For example: {"cron": [{"url": "/summary", "schedule": "every day 09:00"}]}.',
          jsonb_build_object('cron', left(base, 120)));
    end if;
    name := base;
    number := 1;
    while not entry ? 'name' and name = any (taken) loop
      number := number + 1;
      name := base || '-' || number;
    end loop;
    taken := taken || name;
    return next jsonb_build_object('timezone', 'UTC') || entry || jsonb_build_object('name', name);
  end loop;
end
$$;
