#!/bin/sh
# Writes a packing slip for each task of the queue, and stops when none is left.
set -eu

# Leases one task and finishes it in the transaction that writes its slip. Prints its name, or nothing if there is none.
pack() {
  psql -X -q -A -t -v ON_ERROR_STOP=1 <<'SQL'
select name, lease_token, convert_from(payload, 'UTF8') as payload
from (select) as always left join taskqueue.lease_tasks('packing', lease_seconds => 60) on true \gset
\if :{?name}
  \set ON_ERROR_STOP off
  begin;
  insert into packing_slips (order_id) values ((:'payload'::jsonb ->> 'order')::integer);
  \if :ERROR
    \set problem :LAST_ERROR_MESSAGE
    rollback;
    \set ON_ERROR_STOP on
    -- The task can be leased again in 30 seconds.
    select from taskqueue.modify_task_lease('packing', :'name', :'lease_token', lease_seconds => 30, error => :'problem');
  \else
    \set ON_ERROR_STOP on
    select taskqueue.delete_task('packing', :'name', :'lease_token') as done \gset
    \if :done
      commit;
    \else
      -- The lease was lost: another worker has the task, and writes its slip.
      rollback;
    \endif
  \endif
  \echo :name
\endif
SQL
}

while name=$(pack) || exit; [ -n "$name" ]; do echo "$name"; done
