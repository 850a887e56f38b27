-- settings: one row a setting of all queues together that is not as it is built in.
drop view if exists taskqueue.settings cascade;
create view taskqueue.settings as
select s.name, s.value
from taskqueue._settings as s;

comment on view taskqueue.settings is 'One row a setting of all queues together that is not as it is built in.';
comment on column taskqueue.settings.name is 'total_storage_limit: most bytes of all tasks together.';
comment on column taskqueue.settings.value is 'As the user wrote it.';
