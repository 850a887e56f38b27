create or replace view taskqueue.queue_history as
select a.id, a.at, a.actor, substr(a.object, 7) as queue, d.setting, d.was as before, d.is_now as after, a.reason
from taskqueue._audit as a cross join lateral taskqueue._queue_difference(a.before, a.after) as d
where a.object ^@ 'queue ' and a.act <> 'purge'
union all
select a.id, a.at, a.actor, null, substr(a.object, 9), a.before #>> '{}', a.after #>> '{}', a.reason
from taskqueue._audit as a
where a.object ^@ 'setting ';

comment on view taskqueue.queue_history is
  'One row per changed setting of a queue: who changed it, when, from what to what. It is the audit, setting by '
  'setting.';
comment on column taskqueue.queue_history.id is
  'Id of the act in the audit; settings that were changed together share it.';
comment on column taskqueue.queue_history.at is 'When it was changed.';
comment on column taskqueue.queue_history.actor is 'Who changed it, as in the audit.';
comment on column taskqueue.queue_history.queue is 'Name of the queue; null: a setting of all queues together.';
comment on column taskqueue.queue_history.setting is 'What was changed, such as rate, task_retry_limit or state.';
comment on column taskqueue.queue_history.before is 'Null: it was not set, or the queue was new.';
comment on column taskqueue.queue_history.after is 'Null: it is no longer set.';
comment on column taskqueue.queue_history.reason is 'The reason that was given; null: none.';
