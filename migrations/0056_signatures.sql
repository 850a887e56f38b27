-- 0056_signatures: private functions that are called with other arguments from now on.
drop function if exists taskqueue._measure_storage(bigint);
drop function if exists taskqueue._ring(text);
