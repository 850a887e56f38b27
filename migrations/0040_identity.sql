-- 0040_identity: which database this is, so that a copy of it knows itself for one.
--
-- Ids of tasks and the snapshots of purges are made of transaction ids, which mean something in one cluster only; floors are read from a dump later than
-- the tasks they belong to. So each database has a number, its epoch, and ids and floors carry it: what another database has left behind, a dump
-- restored here, is told apart by it (_epoch). The value is epoch * 2^50 + a hash of the database that has it.
create sequence taskqueue._identity as bigint minvalue 0 start 0;

-- When this database was last found to be a copy, in microseconds since 1970 (_further_id).
create sequence taskqueue._adopted_at as bigint minvalue 0 start 0;

-- The timeline that the server was on when it was last migrated: a promoted copy is on another (check_identity).
create sequence taskqueue._timeline as bigint minvalue 0 start 0;

-- The epoch in which push queues may run (hold_copy).
create sequence taskqueue._accepted as bigint minvalue 0 start 0;
