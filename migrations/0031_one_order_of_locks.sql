-- 0031_one_order_of_locks: functions that handled one task each are replaced by functions that handle many, in one
-- order.
drop function if exists taskqueue._bury_task(bigint, text, integer, integer);
drop function if exists taskqueue._requeue_id();
