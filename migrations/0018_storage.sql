-- 0018_storage: how many bytes the tasks take, if there is a limit to it (total_storage_limit).
--
-- Nothing is counted as tasks come and go: a counter would be one row that all of them wait for. Instead an add
-- measures the tasks, every ten seconds at most (_has_room). The result is stored in sequences: it is visible at once,
-- whether or not the transaction commits, and leaves no row version.

-- Limit of all queues together; null: none. It is in each row because an add reads its queue's row.
alter table taskqueue._queues add column storage_limit bigint;
create sequence taskqueue._storage_bytes as bigint minvalue 0 start 0;
create sequence taskqueue._storage_measured as bigint minvalue 0 start 0;     -- when, in microseconds since 1970
