-- 0073_limits: how many tasks there are, where their number is limited (set_limits). Measured as their bytes are, and kept likewise: see 0031_storage.
create sequence taskqueue._stored_tasks as bigint minvalue 0 start 0;
