-- Locks: the entries; one call at a time.
create or replace function taskqueue.apply_crons(config jsonb, dry_run boolean default false,
  approved jsonb default null) returns setof taskqueue.cron_change
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  wanted constant jsonb[] := array(select taskqueue._cron_entries(config));
  entry jsonb;
  absent taskqueue._crons;
  changes taskqueue.cron_change[] := '{}';
begin
  perform taskqueue._take_turn('apply_crons');
  begin
    foreach entry in array wanted loop
      changes := changes || taskqueue._apply_cron(entry);
    end loop;
    for absent in select * from taskqueue._crons as c
        where c.name <> all (array(select e ->> 'name' from unnest(wanted) as e)) order by c.name for update loop
      delete from taskqueue._crons as c where c.id = absent.id;
      perform taskqueue._audit('remove', 'cron ' || absent.name, absent.entry, null, 'it is not in the cron file');
      changes := changes
        || (absent.name, 'remove', 'schedule', absent.entry ->> 'schedule', null)::taskqueue.cron_change;
    end loop;
    if dry_run then
      raise exception sqlstate 'P0DRY'; -- undoes all of this block but its variables
    end if;
  exception when sqlstate 'P0DRY' then
    null;
  end;
  if approved is not null and approved <> to_jsonb(changes) then
    perform taskqueue._raise('TQ013',
      'the cron entries have changed since the plan was made', 'Make the plan again.');
  end if;
  return query select c.* from unnest(changes) as c;
end
$$;

comment on function taskqueue.apply_crons is
$doc$Makes the cron entries what a cron file says, all of it or nothing. The file is definitive: an entry it does not
list is removed.

Arguments:
- config: the file as JSON, with cron.yaml's keys. In addition to App Engine's, an entry may have a name, catch_up, and,
  instead of a URL to call, a queue to add to, with url, payload and tag of its tasks.
- dry_run: true: returns what would change, and changes nothing. The changes are made and rolled back, so that the
  answer can't differ.
- approved: the result of a dry run: refused if there are other changes to make by now; null: not compared.

Returns one row for each setting that changes; none: there is no difference.

Raises: TQ001 unknown queue; TQ013 the file, or not what was approved; what add raises for the tasks of an entry.

Example:
    select * from taskqueue.apply_crons('{"cron": [{"url": "/summary", "schedule": "every day 09:00"}]}', dry_run =>
    true);$doc$;
