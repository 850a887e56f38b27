-- _is_visible: whether a queue is visible under a parent. A queue that was not created through the API has no parent,
-- and is visible under all. One expression, so that PostgreSQL inlines it.
create or replace function taskqueue._is_visible(queue taskqueue._queues, project text, location text) returns boolean
language sql immutable
return queue.project is null or queue.project = project and queue.location = location;
