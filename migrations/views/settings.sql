create or replace view taskqueue.settings as
select s.name, s.value,
       case when s.name in ('total_storage_limit', 'max_bytes')
            then (select q.storage_limit from taskqueue._queues as q where q.name = 'default' and q.deleted_at is null)
       end as bytes,
       case when s.name in ('total_storage_limit', 'max_bytes')
            then (select b.last_value from taskqueue._storage_bytes as b where b.is_called)
            when s.name = 'max_tasks'
            then (select n.last_value from taskqueue._stored_tasks as n where n.is_called)
       end as used,
       case when s.name in ('total_storage_limit', 'max_bytes', 'max_tasks')
            then (select timestamptz 'epoch' + m.last_value * interval '1 microsecond'
                  from taskqueue._storage_measured as m where m.is_called)
       end as measured
from taskqueue._settings as s;

comment on view taskqueue.settings is
  'One row per setting of all queues together that differs from the built-in value.';
comment on column taskqueue.settings.name is
  'total_storage_limit: most bytes of all tasks together, from a queue file; max_queues, max_tasks, max_bytes: from '
  'set_limits.';
comment on column taskqueue.settings.value is 'As the user wrote it.';
comment on column taskqueue.settings.bytes is
  'Most bytes of all tasks together: the lower of total_storage_limit and max_bytes.';
comment on column taskqueue.settings.used is
  'Bytes of all tasks at the last measurement: exact up to some hundred thousand tasks, from a sample beyond. For '
  'max_tasks: their number.';
comment on column taskqueue.settings.measured is
  'When that was measured: at most ten seconds ago while tasks are added.';
