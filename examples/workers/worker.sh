#!/bin/sh
# A pull worker in plain psql: counts the letters of each task of a queue. Each task is leased, its result written and
# the task finished in one transaction, so other sessions never see the lease, and a crash releases the task
# immediately.
set -eu
queue=$1

step() {
  psql -X -q -A -t -v ON_ERROR_STOP=1 -v queue="$queue" <<'SQL'
with task as (
  select * from taskqueue.lease_tasks(:'queue', lease_seconds => 60, max_tasks => 1)
), renewed as (
  select task.*, (taskqueue.modify_task_lease(queue, name, lease_token, 120)).eta as until from task
), written as (
  insert into results (task, written_by, letters) select name, 'psql', length(payload) from renewed returning task
), done as materialized (  -- or the last line's condition could be asked of the task before anything is written
  select task.* from task join written on written.task = task.name
)
select name from done where taskqueue.delete_task(queue, name, lease_token);
SQL
}

while name=$(step) || exit; [ -n "$name" ]; do :; done
