-- _lock_class: the first of the two keys of pgtaskqueue's advisory locks, by the name of the lock. Null for an unknown
-- name. The numbers stand nowhere else in SQL; src/schema/locks.ts repeats them for the statements that take locks by
-- session, and a test compares the two.
--
--   leader      key: queue id; exclusive, by session: this dispatcher leads the queue
--   bell        key: queue id; exclusive, by session: a leader or a worker sleeps and wants to be notified; shared, by
--               transaction: someone adds without notifying (_wake)
--   dispatcher  key: 0 or any number; shared, by session: a dispatcher is connected
--   floor       key: 0; exclusive, by session, within one call: a lease call raises a floor (_step_floor)
--   waiting     key: queue id; shared, by session: a worker waits for the queue (begin_wait)
--   claimer     key: a dispatcher's number; shared, by session: it is connected, and its requests may be in flight
--               (_claim_token)
--
-- Immutable and one expression, so that PostgreSQL replaces a call by its number when it plans the caller: calls cost
-- nothing (measured: an add takes as much CPU as with the literal).
create or replace function taskqueue._lock_class(lock text) returns integer
language sql immutable
return case lock when 'leader' then 8123001 when 'bell' then 8123002 when 'dispatcher' then 8123003
  when 'floor' then 8123004
                 when 'waiting' then 8123011 when 'claimer' then 8123015 end;
