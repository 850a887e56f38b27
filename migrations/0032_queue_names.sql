-- 0032_queue_names: looking up a queue by name whether it was deleted or not (create_queue, and all that announces a
-- change) doesn't read every queue.
create index _queues_all_names on taskqueue._queues (name);
