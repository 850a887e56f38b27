-- 0009_floors: a floor for each queue: a moment before which the queue has no live task. Claims and leases begin their
-- scan there.
--
-- Without it they would scan the index entries of removed tasks again and again, for as long as any transaction in the
-- cluster holds an old snapshot and vacuum can't remove them. A floor is the value of a sequence, in microseconds since
-- 1970, because raising a sequence leaves no row versions behind. It is a hint: too low is slow and never wrong; too
-- high is found by sweep_queue. See advance_floor for how it is raised.
-- the default queue's; create_queue creates the others
create sequence taskqueue._floor_1 as bigint minvalue 0 start 0;

-- Without a dispatcher, lease calls raise the floors themselves (_step_floor). What they know is stored here: whatever
-- was due before _horizon_next (microseconds since 1970) was written by a transaction below _horizon_bound; whatever
-- was due before _horizon_safe is visible, or never will be.
create sequence taskqueue._horizon_tried as bigint minvalue 0 start 0;
create sequence taskqueue._horizon_bound as bigint minvalue 0 start 0;
create sequence taskqueue._horizon_next as bigint minvalue 0 start 0;
create sequence taskqueue._horizon_safe as bigint minvalue 0 start 0;
create sequence taskqueue._horizon_swept as bigint minvalue 0 start 0;
