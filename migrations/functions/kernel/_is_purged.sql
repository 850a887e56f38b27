-- _is_purged: whether a task is one that the queue's last purge removed: its transaction, which its id names, had ended
-- for that purge. A task that was added before a purge and committed after it is none. Both have their epochs in them:
-- in a copy, what was there before is below (_current_snapshot), what is added there above. Null snapshot: the queue
-- has nothing to remove.
create or replace function taskqueue._is_purged(id bigint, purged pg_snapshot) returns boolean
language sql stable
return purged is not null and pg_visible_in_snapshot((id / 128)::text::xid8, purged);
