create or replace function taskqueue.record_attempts(attempts jsonb) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
begin
  insert into taskqueue._attempts (queue_id, ended, attempt, status, seconds, name, reason, error, response, dispatcher,
    url)
  select q.id, taskqueue._now(), a.attempt, a.status, a.seconds, a.name, left(a.reason, 1024), left(a.error, 1024),
    left(a.response, 1024), left(a.dispatcher, 255), left(a.url, 2048)
  from jsonb_to_recordset(attempts)
         as a(queue text, name text, attempt integer, status integer, seconds real, reason text, error text,
           response text, dispatcher text, url text)
  join taskqueue._queues as q on q.name = a.queue and q.deleted_at is null;
end
$$;

comment on function taskqueue.record_attempts is
$doc$For dispatchers: records the outcomes of attempts, in the statement that settles them.

Arguments:
- attempts: JSON array of objects: queue, name, attempt (from 1), status (0: no response), seconds, reason (null:
  success), error, response, dispatcher, url (that was called; null: none). Those of unknown queues are dropped; texts
  are cut to 1024 characters, a url to 2048.

Example:
    select taskqueue.record_attempts('[{"queue": "mail", "name": "receipt-7", "attempt": 1, "status": 500, "seconds":
    0.2}]');$doc$;
