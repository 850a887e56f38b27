-- 0021_identity: which database this is, so that a copy of it can tell.
--
-- Ids of tasks and the snapshots of purges contain transaction ids, which mean something in one cluster only; a dump
-- reads floors later than the tasks they belong to. So each database has a number, its epoch, and ids and floors
-- contain it: what another database has left behind, in a dump restored here, is recognized by it (_epoch). The value
-- is epoch * 2^50 + a hash of the database that has it.
create sequence taskqueue._identity as bigint minvalue 0 start 0;

-- When this database was last found to be a copy, in microseconds since 1970 (_checked_next_id).
create sequence taskqueue._adopted_at as bigint minvalue 0 start 0;

-- The server's timeline at the last migration: a promoted copy is on another (check_identity).
create sequence taskqueue._timeline as bigint minvalue 0 start 0;

-- The epoch in which push queues may run (pause_copied_queues).
create sequence taskqueue._accepted as bigint minvalue 0 start 0;
