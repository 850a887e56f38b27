-- 0043_cloud_pull_queues: pull queues in the Cloud Tasks API.
alter type taskqueue.cloud_task
  add attribute tag text;

alter type taskqueue.cloud_queue
  add attribute tombstone_ttl interval;

-- Its work is done by _visible_queue.
drop function if exists taskqueue._visible_push_queue(text, text, text);
