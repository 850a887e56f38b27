-- settings: one row a setting of all queues together that is not as it is built in.
create or replace view taskqueue.settings as
select s.name, s.value,
       case s.name when 'total_storage_limit' then (
         select q.storage_limit from taskqueue._queues as q where q.name = 'default' and q.deleted_at is null) end as bytes,
       case s.name when 'total_storage_limit' then (select b.last_value from taskqueue._storage_bytes as b where b.is_called) end as used,
       case s.name when 'total_storage_limit' then (select timestamptz 'epoch' + m.last_value * interval '1 microsecond' from taskqueue._storage_measured as m where m.is_called) end as measured
from taskqueue._settings as s;

comment on view taskqueue.settings is 'One row a setting of all queues together that is not as it is built in.';
comment on column taskqueue.settings.name is 'total_storage_limit: most bytes of all tasks together.';
comment on column taskqueue.settings.value is 'As the user wrote it.';
comment on column taskqueue.settings.bytes is 'The same in bytes.';
comment on column taskqueue.settings.used is 'Bytes of all tasks when they were measured: exact up to some hundred thousand tasks, from a sample beyond.';
comment on column taskqueue.settings.measured is 'When: at most ten seconds ago while tasks are added.';
