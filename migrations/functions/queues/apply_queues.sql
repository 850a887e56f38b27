-- apply_queues: make the queues what a queue file says, all of it or nothing. The file is definitive: a queue that it
-- lists is made or changed, and resumed if it was paused or disabled (a rate of 0 pauses it instead); a queue of an
-- earlier file that it no longer lists is disabled, never deleted. Queues that were made through the API or SQL are
-- left alone.
--
-- Arguments  config       the file as JSON: queue.yaml's own keys
--            dry_run      true: say what would be done, and do nothing. It is done and undone, so that the answer can't
--                         differ from the deed
--            approved     the answer of a dry run: refused when there is something else to do by now; null: not
--                         compared
--            disable_all  true: disable queues made through the API, too, as App Engine did
-- Returns    a row for each setting that changes; none: there is no difference. A row `adopt` says that the queue
--            belongs to the file from now on
-- Raises     TQ006 name; TQ008 settings; TQ013 not what was approved; TQ015 a queue of this name was deleted within
--            seven days; TQ020 retry; TQ111 target
-- Example    select * from taskqueue.apply_queues('{"queue": [{"name": "mail", "rate": "5/s"}]}', dry_run => true);
-- Locks      the rows of all queues in the file; one call at a time.
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
    -- makes room for others
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
      'the queues have changed since the plan was made: there is something else to do now', 'Look at the plan again.');
  end if;
  return query select c.* from unnest(changes) as c;
end
$$;

comment on function taskqueue.apply_queues is 'Make the queues what a queue file says, all of it or nothing.';
