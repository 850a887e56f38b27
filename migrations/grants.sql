-- grants: who may do what. Runs at every migration, because dropping an object drops its grants, and a dump may lack
-- them.
--
--   enqueuer    adds tasks, and can't read any table; of deferred calls it reads those whose random id it knows
--   worker      leases, renews and deletes tasks of pull queues: those it has leased, by their tokens
--   dispatcher  claims and settles tasks of push queues
--   server      what `pgtaskqueue serve` needs: it dispatches, fires crons, and serves Cloud Tasks, App Engine's SDKs,
--              the REST API of pull queues and the console, in which people do what operators may
--   operator    manages queues and reads payloads
--   viewer      reads everything except payloads
revoke all on schema taskqueue from public;
revoke all on all tables in schema taskqueue from public;
revoke all on all functions in schema taskqueue from public;

-- PostgreSQL checks the functions of a view against its reader, which may be anyone the view was granted to, or another
-- view on top of it. So PUBLIC may execute them (calling them directly takes usage on the schema), and they are
-- harmless whatever they are passed: the upper ones compute from their arguments alone; the lower ones return a queue's
-- figures (number of tasks, earliest ETA, requests in flight, rate), and never the name or content of a task.
grant execute on function taskqueue._column_sums, taskqueue._condition, taskqueue._is_purged, taskqueue._later,
  taskqueue._lock_class, taskqueue._longest_lease, taskqueue._name, taskqueue._now,
  taskqueue._queue_difference, taskqueue._queue_keys,
  taskqueue._queue_state, taskqueue._retry_json, taskqueue._enforced_rate, taskqueue._queue_overview,
  taskqueue._task_estimates to public;

do $$
declare
  rights constant jsonb := '{
    "taskqueue_enqueuer": [
      "add", "add_tasks", "add_payloads", "relay_tasks", "keep_deferred", "deferred_payload", "delete_deferred"
    ],
    "taskqueue_worker": [
      "lease_tasks", "lease_tasks_by_tag", "modify_task_lease", "modify_task_leases", "delete_task", "delete_tasks",
      "_finish_task", "_finish_tasks", "begin_wait", "end_wait", "next_due", "clock"
    ],
    "taskqueue_dispatcher": [
      "check_identity", "pause_copied_queues", "claim_tasks", "claim_forced_tasks", "forced_queues", "claimed_tasks",
      "complete_tasks", "fail_task", "fail_tasks", "record_attempts", "record_blockers", "sweep_attempts",
      "sweep_completed_tasks", "notify_deaths", "release_tasks", "next_due", "dispatcher_queues", "record_statistics",
      "sweep_queue", "clean_purged", "clock", "open_writers", "advance_floor", "raise_floor", "targets", "keys",
      "allow_url", "allowed_urls", "_now", "due_crons", "plan_cron", "fire_cron", "unattended_queues", "maintain_queue",
      "locks", "_grouped_locks", "record_activity"
    ],
    "taskqueue_server": [
      "taskqueue_dispatcher", "taskqueue_operator", "add", "add_tasks", "add_payloads", "check_tasks", "lease_tasks",
      "lease_tasks_by_tag", "modify_task_lease_by_eta", "delete_task_by_eta", "peek_task", "finish_task",
      "finish_tasks", "begin_wait", "end_wait", "check_token", "create_cloud_task", "create_cloud_tasks",
      "get_cloud_task", "list_cloud_tasks", "delete_cloud_task", "run_cloud_task", "lease_cloud_tasks",
      "modify_cloud_lease", "create_cloud_queue", "update_cloud_queue", "change_cloud_queue", "list_cloud_queues",
      "keep_cloud_operation", "list_cloud_operations", "cloud_operation", "forget_cloud_operation", "cloud_locations",
      "open_console_session", "check_console_session", "close_console_session", "advance_job"
    ],
    "taskqueue_operator": [
      "apply_crons", "run_cron", "crons", "apply_queues", "set_limits", "queue_history", "settings", "create_queue",
      "update_queue", "delete_queue", "pause_queue", "resume_queue", "purge_queue", "run_task", "requeue_task",
      "requeue_tasks", "delete_task", "delete_tasks", "_finish_task", "_delete_tasks", "task_payload", "task_details",
      "set_target", "remove_target", "allow_url", "disallow_url", "rotate_key", "revoke_key", "create_token",
      "revoke_token", "tokens", "list_tasks", "task_outcome", "describe_task", "explain_task", "verify", "audit",
      "queue_statistics", "statistics", "hourly_statistics", "queues", "tasks", "attempts", "dead_tasks",
      "completed_tasks", "tombstones", "targets", "allowed_urls", "keys", "dispatchers", "locks", "migrations",
      "minute_statistics", "histogram_quantile", "live_queues", "deleted_queues", "console_counts", "find_task",
      "find_tasks", "count_tasks", "describe_tasks", "jobs", "list_dead_tasks", "count_dead_tasks", "find_tombstones",
      "create_job", "cancel_job", "delete_dead_task", "release_name", "depth_history", "queue_chart", "queue_leases",
      "queue_tags", "export_tasks", "import_tasks", "finish_export", "undo_export", "exports"
    ],
    "taskqueue_viewer": [
      "crons", "queue_history", "settings", "list_tasks", "task_outcome", "describe_task", "explain_task", "verify",
      "audit", "queue_statistics", "statistics", "hourly_statistics", "queues", "tasks", "attempts", "dead_tasks",
      "completed_tasks", "tombstones", "targets", "allowed_urls", "keys", "dispatchers", "locks", "migrations",
      "minute_statistics", "histogram_quantile", "live_queues", "deleted_queues", "console_counts", "find_task",
      "find_tasks", "count_tasks", "describe_tasks", "jobs", "list_dead_tasks", "count_dead_tasks", "find_tombstones",
      "depth_history", "queue_chart", "queue_leases", "queue_tags", "exports"
    ]
  }';
  grantee text;
  granted text;
begin
  for grantee in select jsonb_object_keys(rights) loop
    if exists (select from pg_catalog.pg_roles as r where r.rolname = grantee) then
      execute format('grant usage on schema taskqueue to %I', grantee);
      -- what earlier releases granted
      execute format('revoke all on all tables in schema taskqueue from %I', grantee);
      execute format('revoke all on all functions in schema taskqueue from %I', grantee);
      execute format('grant select on taskqueue.schema_versions to %I', grantee);
      for granted in
        select l.name from jsonb_array_elements_text(rights -> grantee) as l(name) where not rights ? l.name
        union   -- a role in the list stands for all that it may do
        select i.name from jsonb_array_elements_text(rights -> grantee) as l(name),
          jsonb_array_elements_text(rights -> l.name) as i(name)
      loop
        if exists (select from pg_catalog.pg_class as c where c.relnamespace = 'taskqueue'::regnamespace
            and c.relname = granted and c.relkind in ('r', 'v')) then
          execute format('grant select on taskqueue.%I to %I', granted, grantee);
        else
          execute format('grant execute on function taskqueue.%I to %I', granted, grantee);
        end if;
      end loop;
    end if;
  end loop;
end
$$;
