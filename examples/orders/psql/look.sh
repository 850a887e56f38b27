#!/bin/sh
# Shows the tasks that wait, and the attempts that failed.
set -eu
psql -X -v ON_ERROR_STOP=1 <<'SQL'
select queue, name, state, eta, retry_count from taskqueue.tasks where queue in ('receipts', 'packing');
select queue, name, attempt, reason, error from taskqueue.attempts where queue in ('receipts', 'packing');
SQL
