-- 0047_keep_pages: vacuum keeps the empty pages at the end of the tasks, for the next ones. An add to a page that is
-- there costs less than one that makes the table longer, and cutting it off takes an exclusive lock, for which adds and
-- a standby's queries would wait. VACUUM (TRUNCATE) returns the space of a burst that does not come again.
alter table taskqueue._tasks set (vacuum_truncate = off);
