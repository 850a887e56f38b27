-- 0033_plain_names: functions, a table, columns and views get the field's usual names. What a view of ours depends on
-- is renamed and not dropped, so that users' views on it stay.
do $$
begin
  if pg_catalog.to_regprocedure('taskqueue._look_at(taskqueue._queues)') is not null then
    alter function taskqueue._look_at(taskqueue._queues) rename to _queue_overview;
  end if;
end
$$;

alter view if exists taskqueue._counted_locks rename to _grouped_locks;
alter view if exists taskqueue._grouped_locks rename column rightful to authorized;
alter view if exists taskqueue._held_locks rename column rightful to authorized;
alter view if exists taskqueue.locks rename column rightful to authorized;

alter table taskqueue._deferred_payload rename column looked_at to checked_at;
alter index taskqueue._deferred_payload_looked_at rename to _deferred_payload_checked_at;

-- With whatever arguments earlier releases have them. What takes their place is in functions/.
do $$
declare
  earlier regprocedure;
begin
  for earlier in select p.oid from pg_catalog.pg_proc as p
                 where p.pronamespace = 'taskqueue'::regnamespace and p.proname::text = any (array[
    'hold_bell', 'hold_copy', 'keeper_horizon', 'keeper_witnesses', 'let_go_of_bell', 'note_hindrances',
    '_about_tasks', '_are_plain', '_chosen_target', '_counted', '_disable_absent', '_entomb', '_explain_turn',
    '_free_origin', '_further_id', '_hindrance', '_is_used_up', '_leasable', '_let_go_of_names', '_moment',
    '_move_lost', '_own_ids', '_put_back', '_refuse', '_refuse_missing_task', '_refuse_name', '_refuse_to_wait',
    '_refused_names', '_ring', '_said', '_said_claimers', '_said_holder', '_said_outcome', '_said_rate',
    '_said_session', '_shown_queue', '_shown_token', '_spread_storage_limit'
  ]) loop
    execute format('drop function %s', earlier);
  end loop;
end
$$;

alter table taskqueue._hindrances rename to _blockers;
alter index taskqueue._hindrances_at rename to _blockers_at;

-- What is remembered of files that have moved into folders by subject.
delete from taskqueue.migrations where file ~ '^functions/(private/)?[^/]+$';
