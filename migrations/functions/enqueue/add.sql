-- Most tasks are a payload and nothing that needs a closer look. They take the short way below and are stored as
-- _add_task would store them. Each expression has to be prepared in each transaction, and that is most of what an add
-- costs, whatever the expression computes: so there are as few as possible, and none that few tasks need is prepared
-- for all. A queue with a storage limit takes the long way.
--
-- Locks: nothing but its own new rows. It waits for a transaction that is adding the same name, five seconds at most.
create or replace function taskqueue.add(
  queue text default 'default',
  url text default null, method text default null,
  payload text default null, payload_bytes bytea default null, payload_json jsonb default null,
  params jsonb default null, headers jsonb default null, name text default null, tag text default null,
  countdown double precision default null, eta timestamptz default null,
  target text default null, namespace text default null, dispatch_deadline double precision default null,
  retry jsonb default null,
  transactional boolean default true, if_exists text default 'error', wake boolean default true,
  service text default null
) returns taskqueue.task
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  body bytea;
  kind "char";
  unfit text := '';                     -- the mode of queues that take no such task; null: it needs a closer look
  next_id bigint;
  new_id bigint;
  due timestamptz;
  source_id integer;
begin
  if num_nonnulls(method, params, headers, name, countdown, eta, target, namespace, dispatch_deadline, retry,
                  service) = 0 and if_exists = 'error' then
    if num_nonnulls(payload_bytes, payload_json) = 0 then
      body := convert_to(payload, 'UTF8');
      kind := 't';
    elsif num_nonnulls(payload, payload_json) = 0 then
      body := payload_bytes;
    elsif num_nonnulls(payload, payload_bytes) = 0 then
      body := convert_to(payload_json::text, 'UTF8');
      kind := 'j';
    end if;
    if num_nonnulls(url, tag) > 0 then
      unfit := case when tag is null and url ~ '^/[A-Za-z0-9_.-][A-Za-z0-9_./-]{0,200}$' then 'pull'
                    when url is null and octet_length(tag) <= 500 then 'push' end;
    end if;
    if octet_length(body) < 65536 then
      if txid_current_if_assigned() is not null then
        next_id := taskqueue._checked_next_id(transactional is not false, 1);
      end if;
      insert into taskqueue._tasks as t (id, due, created, queue_id, url, body_kind, tag, body)
      select s.id, s.now, s.now, s.queue_id, add.url, case when s.mode = 'push' then kind end, nullif(add.tag, ''), body
      from (
        -- The id before the time: see _now. And not before the queue is found: a transaction that has an id may not add
        -- with transactional => false (the long way). It is that of _next_id.
        select coalesce(next_id, (taskqueue._epoch() << 50) + txid_current() * 128
                                 + case when transactional is false then 5 else 0 end) as id,
               taskqueue._now() as now, q.id as queue_id, q.mode
        from taskqueue._queues as q
        where q.name = add.queue and q.deleted_at is null and q.storage_limit is null and q.mode <> unfit
        offset 0) as s
      returning t.id, t.due, t.queue_id into new_id, due, source_id;
      if new_id is not null then
        if wake is not false and not pg_try_advisory_xact_lock_shared(taskqueue._lock_class('bell'), source_id) then
          perform taskqueue._notify(source_id);
        end if;
        return row(queue, taskqueue._name(new_id, due), due, due, false)::taskqueue.task;
      end if;
    end if;
  end if;
  return taskqueue._add_task(
    coalesce(queue, 'default'),
    row(url, method, payload, payload_bytes, payload_json, nullif(params, '{}'), headers, name, tag, countdown, eta,
        target, namespace, dispatch_deadline, retry, nullif(service, ''))::taskqueue._new_task,
    transactional is not false, if_exists, wake is not false);
end
$$;

comment on function taskqueue.add is
$doc$Adds one task to a queue, in the caller's transaction: after a commit the task will run; after a rollback it never
existed.

Arguments:
- queue: name of the queue; default exists from the start.
- url: path at the target, up to 2083 characters; null: /_ah/queue/<queue>.
- method: POST, GET, HEAD, PUT or DELETE; PULL for pull queues; null: POST or PULL, as the queue requires.
- payload: body as text, sent as text/plain; charset=utf-8 unless the headers say otherwise.
- payload_bytes: body as bytes, sent as application/octet-stream.
- payload_json: body as JSON, sent as application/json.
- params: object of strings, numbers, booleans or arrays of these: the body as a form with POST and PULL, otherwise the
  query of the URL. A task has at most one body.
- headers: object of strings. App Engine's own headers and hop-by-hop headers are dropped.
- name: 1 to 500 letters, digits, _ or -. A name can be used once while its task lives and until its tombstone expires;
  null: a name is generated.
- tag: up to 500 bytes; pull queues only.
- countdown, eta: the earliest moment to run, in seconds from now or as a time, at most 30 days ahead; a moment in the
  past means now.
- target: name of a target; null: default. A queue's own target takes precedence.
- namespace: passed to the handler.
- dispatch_deadline: 15 to 86400 seconds for one attempt; null: 600.
- retry: object of task_retry_limit, task_age_limit, min_backoff_seconds, max_backoff_seconds and max_doublings;
  replaces the queue's whole block.
- transactional: true: at most five tasks per transaction, without names. false: for a statement of its own; the task
  may have a name.
- if_exists: 'error', or 'ignore': a name in use is answered with existed = true.
- wake: false: no NOTIFY, for transactions that will be prepared (PREPARE TRANSACTION); polling finds the task.
- service: who adds the task, as service or version.service; it becomes the target when nothing else names one. Pull
  queues ignore it.

Returns the task: queue, name, eta, created, existed. eta and created are null when the name is a tombstone.

Raises: TQ001 unknown queue; TQ002 a transaction that is adding the same name doesn't end; TQ004 too large; TQ005 name;
TQ006 queue name; TQ007 url; TQ010 name in use; TQ011 name used before; TQ012 eta; TQ013 if_exists, or a storage limit
is reached; TQ015 deleted queue; TQ018 more than five tasks in a transaction; TQ021 wrong kind of queue; TQ023 over 1 MB
in a transaction; TQ027 tag; TQ029 dispatch_deadline; TQ104 transactional => false within a larger transaction; TQ105
retry; TQ108 any other invalid task; TQ111 target.

Example:
    select * from taskqueue.add(queue => 'mail', url => '/send', payload_json => '{"to": "a@b"}');$doc$;
