-- 0034_retention: how long dead tasks and recorded attempts are kept is a setting of the queue.
alter table taskqueue._queues
  add column dead_retention interval not null default '7 days',
  add column attempt_retention interval not null default '7 days';

alter type taskqueue.queue add attribute dead_retention interval, add attribute attempt_retention interval;
