-- queue_history: one row a setting of a queue that was changed: who, when, from what to what.
drop view if exists taskqueue.queue_history cascade;
create view taskqueue.queue_history as
select h.id, h.at, h.actor, h.queue, h.setting, h.before, h.after
from taskqueue._queue_history as h;

comment on view taskqueue.queue_history is 'One row a setting of a queue that was changed: who, when, from what to what.';
comment on column taskqueue.queue_history.id is 'Grows with each change.';
comment on column taskqueue.queue_history.at is 'When it was changed.';
comment on column taskqueue.queue_history.actor is 'The role that changed it.';
comment on column taskqueue.queue_history.queue is 'Name of the queue; null: a setting of all queues together.';
comment on column taskqueue.queue_history.setting is 'What was changed, such as rate, task_retry_limit or state.';
comment on column taskqueue.queue_history.before is 'Null: it was not set, or the queue was just made.';
comment on column taskqueue.queue_history.after is 'Null: it is not set any more.';
