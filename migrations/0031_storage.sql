-- 0031_storage: how many bytes the tasks take, where there is a limit to it (total_storage_limit).
--
-- Nothing is counted as tasks come and go: a counter would be one row that all of them wait for. The tasks are measured instead, every ten seconds at
-- most and by an add itself (_has_room). What was measured is kept in sequences: it is seen at once, whatever becomes of the transaction, and leaves no row version.
alter table taskqueue._queues add column storage_limit bigint;     -- bytes of all queues together; null: none. In each row, because an add reads its queue's
create sequence taskqueue._storage_bytes as bigint minvalue 0 start 0;
create sequence taskqueue._storage_measured as bigint minvalue 0 start 0;     -- when, in microseconds since 1970
