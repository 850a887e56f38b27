-- 0030_limits: how many tasks there are, if their number is limited (set_limits). It is measured and stored as their
-- bytes are: see 0018_storage.
create sequence taskqueue._stored_tasks as bigint minvalue 0 start 0;
