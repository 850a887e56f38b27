-- _cron_entries: the entries of a cron file, each with its name and its zone, checked one by one. Entries of one URL
-- without a name of their own are numbered in the order of the file. Whether a schedule can be read is not known here:
-- the command and the scheduler read it.
-- Raises TQ013.
create or replace function taskqueue._cron_entries(config jsonb) returns setof jsonb
language plpgsql stable as $$
declare
  known constant text[] := array['name', 'url', 'queue', 'payload', 'tag', 'schedule', 'timezone', 'description',
    'target', 'attempt_deadline', 'retry_parameters', 'catch_up'];
  entry jsonb;
  problem text;
  base text;
  -- Of the tz database: PostgreSQL also takes abbreviations (CEST) and rules (FOO3) for zones, which no scheduler
  -- knows. Listing them reads many files: once.
  zones constant text[] := case when jsonb_path_exists(config, 'lax $.cron[*].timezone') then array(
    select lower(z.name) from pg_timezone_names as z where z.name not in ('localtime', 'posixrules', 'Factory')) end;
  taken text[] := array(select e ->> 'name' from jsonb_path_query(config, 'lax $.cron[*]') as e
    where jsonb_typeof(e) = 'object' and e ? 'name');
  name text;
  number integer;
begin
  problem := case
    when config is null or jsonb_typeof(config) <> 'object' then 'a cron file is an object with a list of jobs'
    when jsonb_typeof(config -> 'cron') is distinct from 'array' then 'cron is a list; an empty one removes all jobs'
    when (select count(*) <> count(distinct t) from unnest(taken) as t) then 'two jobs have one name'
    else (select format('a cron file has no key %s', quote_literal(left(k, 120))) from jsonb_object_keys(config) as k
      where k not in ('application', 'cron') limit 1)
  end;
  if problem is not null then
    perform taskqueue._raise('TQ013', problem, 'See the reference of cron.yaml.');
  end if;
  for entry in select jsonb_strip_nulls(e) from jsonb_array_elements(config -> 'cron') as e loop
    if jsonb_typeof(entry) <> 'object' then
      perform taskqueue._raise('TQ013', 'a job is an object with a url and a schedule',
        'See the reference of cron.yaml.');
    end if;
    problem := case
      when entry ->> 'url' is null and entry ->> 'queue' is null then 'it has no url'
      when entry ->> 'url' !~ '^/' then 'its url is a path that begins with a slash'
      when coalesce(entry ->> 'schedule', '') = '' then 'it has no schedule'
      when entry ->> 'name' !~ '^[A-Za-z0-9_-]{1,100}$' then 'its name has 1 to 100 letters, digits, _ or -'
      when length(entry ->> 'description') > 499 then 'its description has up to 499 characters'
      when lower(entry ->> 'timezone') <> all (zones) then 'its timezone is a name of the tz database, such as Europe/Berlin'
      when entry ? 'payload' and not entry ? 'queue' then 'it has a payload, but no queue: a GET request has none'
      when jsonb_typeof(coalesce(entry -> 'catch_up', 'true')) <> 'boolean' then 'catch_up is true or false'
      when entry ->> 'attempt_deadline' !~ '^[0-9]{1,9}([.][0-9]{0,9})?s$' then 'attempt_deadline is a number of seconds with an s, such as 15.1s'
      else (select format('there is no key %s', quote_literal(left(k, 120))) from jsonb_object_keys(entry) as k
        where k <> all (known) limit 1)
    end;
    base := taskqueue._cron_name(entry);
    if problem is not null then
      perform taskqueue._raise('TQ013', format('job %s: %s', left(base, 120), problem),
        'See the reference of cron.yaml.', jsonb_build_object('cron', left(base, 120)));
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
