-- 0020_forget_names: a switch for development: names of tasks that are deleted or purged are free at once. A sequence,
-- because it is visible at once and read without a table.
create sequence taskqueue._forgets_names as bigint minvalue 0 maxvalue 1 start 0;     -- 1: on
