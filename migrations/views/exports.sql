create or replace view taskqueue.exports as
select q.name as queue, count(*) as batches, sum(b.tasks)::bigint as tasks, min(b.taken) as since,
  min(b.destination) as destination
from taskqueue._exported_batches as b
join taskqueue._queues as q on q.id = b.queue_id
group by q.name;

comment on view taskqueue.exports is
  'One row per queue with tasks that export_tasks took and holds: they have neither been forgotten nor given back.';
comment on column taskqueue.exports.queue is 'The queue.';
comment on column taskqueue.exports.batches is 'How many batches are held.';
comment on column taskqueue.exports.tasks is 'How many tasks are in them.';
comment on column taskqueue.exports.since is 'When the first of them was taken.';
comment on column taskqueue.exports.destination is 'Where they go; empty if nothing was said.';
