-- _scheduled: when the attempt that a lease stands for was scheduled: when its task was due, as far as that is known.
-- A task that has since been moved behind its lease (_walk_floor), or was run before it was due, is taken as due when
-- the lease began.
create or replace function taskqueue._scheduled(due timestamptz, lease_token uuid) returns timestamptz
language sql immutable
return least(due, taskqueue._leased_at(lease_token));
