-- _condition: how a queue is, in words for operators; the first that applies:
--
--   disabled, paused  its state
--   no dispatcher     it is a push queue that no dispatcher leads
--   no target         most attempts of the last minute had no target, or the tasks that wait had none the last time
--   failing           most attempts of the last minute failed: of five or more, or all
--   backing off       it has tasks, and all that would be due wait for their back-off
--   lowered           the enforced rate is below the configured one
--   running           none of these
--
-- It is one expression, so that PostgreSQL inlines it.
--
-- Arguments  led        a dispatcher leads it
--            waits      _queue_overview
--            succeeded, failed, lost  attempts of the last minute; lost: those without a target
--            lowered    the enforced rate is below the configured one
create or replace function taskqueue._condition(state text, mode text, led boolean, waits text, succeeded bigint,
  failed bigint, lost bigint, lowered boolean) returns text
language sql immutable
return case when state <> 'running' then state
            when mode = 'push' and not led then 'no dispatcher'
            when waits = 'no target' or lost * 2 > succeeded + failed then 'no target'
            when failed * 2 > succeeded + failed and (failed + succeeded >= 5 or succeeded = 0) then 'failing'
            when waits = 'backing off' then 'backing off'
            when lowered then 'lowered'
            else 'running' end;
