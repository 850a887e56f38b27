-- Locks: the rows of all queues in the file; one call at a time.
create or replace function taskqueue.apply_queues(config jsonb, dry_run boolean default false,
  approved jsonb default null,
  disable_all boolean default false) returns setof taskqueue.queue_change
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
declare
  resume constant boolean := coalesce((nullif(config -> 'resume_paused_queues', 'null'))::boolean, true);
  entries constant jsonb := coalesce(nullif(config -> 'queue', 'null'), '[]');
  entry jsonb;
  changes taskqueue.queue_change[];
  disabled taskqueue.queue_change[];
begin
  perform taskqueue._check_queue_config(config);
  perform taskqueue._take_turn('apply_queues');
  begin
    changes := taskqueue._apply_storage_limit(config ->> 'total_storage_limit');
    -- disabled first, to make room for others
    disabled := taskqueue._disable_unlisted(array(select e ->> 'name' from jsonb_array_elements(entries) as e),
      coalesce(disable_all, false));
    for entry in select e from jsonb_array_elements(entries) as e order by e ->> 'name' collate "C" loop
      changes := changes || taskqueue._apply_queue(entry, resume);
    end loop;
    changes := changes || disabled;
    if dry_run then
      raise exception sqlstate 'P0DRY'; -- undoes all of this block but its variables
    end if;
  exception when sqlstate 'P0DRY' then
    null;
  end;
  if approved is not null and approved <> to_jsonb(changes) then
    perform taskqueue._raise('TQ013',
      'the queues have changed since the plan was made', 'Make the plan again.');
  end if;
  return query select c.* from unnest(changes) as c;
end
$$;

comment on function taskqueue.apply_queues is
$doc$Makes the queues what a queue file says, all of it or nothing. The file is definitive: a queue it lists is created
or changed, and resumed if it was paused or disabled (a rate of 0 pauses it instead); a queue of an earlier file that it
no longer lists is disabled, never deleted. Queues that were created through the API or SQL stay as they are.

Arguments:
- config: the file as JSON, with queue.yaml's keys.
- dry_run: true: returns what would change, and changes nothing. The changes are made and rolled back, so that the
  answer can't differ.
- approved: the result of a dry run: refused if there are other changes to make by now; null: not compared.
- disable_all: true: also disables queues created through the API, as App Engine did.

Returns one row for each setting that changes; none: there is no difference. A row adopt means that the queue belongs to
the file from now on.

Raises: TQ006 name; TQ008 settings; TQ013 not what was approved; TQ015 a queue of this name was deleted within the last
seven days; TQ020 retry; TQ111 target.

Example:
    select * from taskqueue.apply_queues('{"queue": [{"name": "mail", "rate": "5/s"}]}', dry_run => true);$doc$;
