-- _is_purged: whether the queue's last purge removed a task: whether the transaction that added it, which its id names,
-- had ended for the purge's snapshot. A task that was added before a purge and committed after it stays. Both sides
-- carry epochs: in a copy, what was there before lies below (_current_snapshot), and what is added there lies above.
-- Null snapshot: there is nothing to remove.
create or replace function taskqueue._is_purged(id bigint, purged pg_snapshot) returns boolean
language sql stable
return purged is not null and pg_visible_in_snapshot((id / 128)::text::xid8, purged);
