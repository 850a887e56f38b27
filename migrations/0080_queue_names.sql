-- 0080_queue_names: whoever asks for a queue by name whether it was deleted or not (create_queue, and all that announces a change) finds it without
-- reading every queue.
create index _queues_all_names on taskqueue._queues (name);
