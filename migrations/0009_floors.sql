-- 0009_floors: a floor for each queue: a moment before which the queue has no live task. Claims and leases begin their walk there.
--
-- Without it they would walk, again and again, over the index entries of tasks that are gone, for as long as any transaction in the cluster holds an
-- old snapshot and vacuum can't remove them. A floor is the value of a sequence, in microseconds since 1970, because raising a sequence
-- leaves no row versions behind. It is a hint: too low is slow and never wrong, too high is found by sweep_queue. How it is raised: advance_floor.
create sequence taskqueue._floor_1 as bigint minvalue 0 start 0;   -- the default queue's; create_queue makes the others
