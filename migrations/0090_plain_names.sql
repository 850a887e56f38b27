-- 0090_plain_names: functions, a table, columns and views get the names that the field uses for what they do.
--
-- Whatever a view of ours depends on is renamed and not dropped, so that users' views on it stay.
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

drop function if exists taskqueue.note_hindrances(jsonb, integer);
drop function if exists taskqueue._hindrance(integer);
alter table taskqueue._hindrances rename to _blockers;
alter index taskqueue._hindrances_at rename to _blockers_at;

drop function if exists taskqueue.hold_bell(text);
drop function if exists taskqueue.let_go_of_bell(text, integer, boolean);
drop function if exists taskqueue.keeper_horizon();
drop function if exists taskqueue.keeper_witnesses(text[]);
drop function if exists taskqueue.hold_copy();

drop function if exists taskqueue._about_tasks(integer, integer);
drop function if exists taskqueue._are_plain(text, jsonb);
drop function if exists taskqueue._chosen_target(text, text);
drop function if exists taskqueue._counted(bigint, text);
drop function if exists taskqueue._disable_absent(text[], boolean);
drop function if exists taskqueue._entomb(integer, text[], bigint[], timestamptz, boolean);
drop function if exists taskqueue._explain_turn(taskqueue._queues, taskqueue._waiting_task);
drop function if exists taskqueue._free_origin(text, text);
drop function if exists taskqueue._further_id(boolean, integer);
drop function if exists taskqueue._is_used_up(integer, taskqueue.retry_parameters, taskqueue.retry_parameters);
drop function if exists taskqueue._leasable(taskqueue._queues, tid[], bigint);
drop function if exists taskqueue._let_go_of_names(integer, text[], bigint[]);
drop function if exists taskqueue._moment(timestamptz);
drop function if exists taskqueue._move_lost(taskqueue._queues, timestamptz, tid[], text);
drop function if exists taskqueue._own_ids();
drop function if exists taskqueue._put_back(taskqueue._queues, taskqueue._dead_tasks[]);
drop function if exists taskqueue._refuse(text, text, text, jsonb);
drop function if exists taskqueue._refuse_missing_task(taskqueue._queues, text);
drop function if exists taskqueue._refuse_name(text, text, text);
drop function if exists taskqueue._refuse_to_wait(text, taskqueue._tasks[]);
drop function if exists taskqueue._refused_names(taskqueue._queues, taskqueue._tasks[], jsonb);
drop function if exists taskqueue._ring(integer);
drop function if exists taskqueue._said(timestamptz);
drop function if exists taskqueue._said_claimers(integer[]);
drop function if exists taskqueue._said_holder(uuid);
drop function if exists taskqueue._said_outcome(integer, text);
drop function if exists taskqueue._said_rate(taskqueue._queues, double precision);
drop function if exists taskqueue._said_session(integer, text, text, timestamptz);
drop function if exists taskqueue._shown_queue(taskqueue._queues);
drop function if exists taskqueue._shown_token(taskqueue._tokens);
drop function if exists taskqueue._spread_storage_limit();

-- What is remembered of files that have moved into folders by subject.
delete from taskqueue.migrations where file ~ '^functions/(private/)?[^/]+$';
