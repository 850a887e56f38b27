-- 0025_signatures: private functions whose arguments have changed.
drop function if exists taskqueue._measure_storage(bigint);
drop function if exists taskqueue._ring(text);
