-- add: add one task to a queue, in the caller's transaction: commit, and it gets done; roll back, and it never was.
--
-- Arguments  queue              name of a queue; 'default' exists from the start
--            url                path at the target, up to 2083 characters; null: /_ah/queue/<queue>
--            method             POST, GET, HEAD, PUT, DELETE; PULL for pull queues; null: POST or PULL as the queue is
--            payload            body as text (text/plain; charset=utf-8 unless the headers say otherwise), or
--            payload_bytes      body as bytes (application/octet-stream), or
--            payload_json       body as JSON (application/json), or
--            params             object of strings, numbers, booleans or arrays of them: a form with POST and PULL, else the URL's query
--            headers            object of strings; App Engine's own and hop-by-hop headers are dropped
--            name               1 to 500 letters, digits, _ or -; added once while it lives and until its tombstone expires; null: generated
--            tag                up to 500 bytes, pull queues only
--            countdown, eta     earliest moment, in seconds from now or as a time; at most 30 days ahead; the past means at once
--            target             name of a target; null: default. A queue's own target comes first
--            namespace          handed to the handler
--            dispatch_deadline  15 … 86400 seconds for one attempt; null: 600
--            retry              object of task_retry_limit, task_age_limit, min_backoff_seconds, max_backoff_seconds, max_doublings:
--                               replaces the queue's whole block
--            transactional      true: at most five tasks a transaction, without names. false: for a statement of its own, may be named
--            if_exists          'error', or 'ignore': a name in use is answered with existed = true
--            wake               false: no NOTIFY, for transactions that are to be prepared; the poll finds the task
-- Returns    the task: queue, name, eta, created, existed (eta and created are null when the name is a tombstone)
-- Raises     TQ001 unknown queue · TQ004 too large · TQ005 name · TQ006 queue name · TQ007 URL · TQ010 name in use · TQ011 name used before ·
--            TQ012 eta · TQ013 if_exists · TQ015 deleted queue · TQ018 more than five in a transaction · TQ021 wrong mode · TQ023 over 1 MB in a transaction ·
--            TQ027 tag · TQ029 deadline · TQ104 transactional => false within a larger transaction · TQ105 retry · TQ108 anything else · TQ111 target
-- Example    select * from taskqueue.add(queue => 'mail', url => '/send', payload_json => '{"to": "a@b"}');
-- Locks      nothing but its own new rows; waits for a transaction that is adding the same name.
create or replace function taskqueue.add(
  queue text default 'default',
  url text default null, method text default null, payload text default null, payload_bytes bytea default null, payload_json jsonb default null,
  params jsonb default null,
  headers jsonb default null, name text default null, tag text default null,
  countdown double precision default null,
  eta timestamptz default null,
  target text default null, namespace text default null, dispatch_deadline double precision default null,
  retry jsonb default null,
  transactional boolean default true, if_exists text default 'error',
  wake boolean default true
) returns taskqueue.task
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  source taskqueue._queues;
  task taskqueue._tasks;
  new_id bigint;
  refused text;
  given constant taskqueue._new_task := row(url, method, payload, payload_bytes, payload_json, nullif(params, '{}'), headers, name, tag,
                                            countdown, eta, target, namespace, dispatch_deadline, retry);
begin
  if if_exists is null or if_exists not in ('error', 'ignore') then
    perform taskqueue._refuse('TQ013', format('if_exists can''t be %s', coalesce(quote_literal(left(if_exists, 120)), 'null')), 'It is ''error'' or ''ignore''.');
  end if;
  if transactional is not false then
    perform taskqueue._check_transactional(array[given]);
  end if;
  new_id := taskqueue._next_id(transactional is not false, 1);
  source := taskqueue._find_queue(coalesce(queue, 'default'));
  task := taskqueue._build_task(source, given);
  task.id := new_id;
  if task.name is not null then
    refused := taskqueue._claim_names(source, array[task]) ->> task.name;
    if refused is not null then
      if if_exists = 'error' then
        perform taskqueue._refuse_name(source.name, task.name, refused);
      end if;
      select t.due, t.created into task.due, task.created from taskqueue._tasks as t
      where refused = 'exists' and t.id = taskqueue._find_task(source, task.name);
      return row(source.name, task.name, task.due, task.created, true)::taskqueue.task;
    end if;
  end if;
  task := taskqueue._insert_task(task);
  if wake is not false and source.mode = 'push' then
    perform taskqueue._wake(source);
  end if;
  return row(source.name, coalesce(task.name, taskqueue._name(task.id, task.created)), task.due, task.created, false)::taskqueue.task;
end
$$;

comment on function taskqueue.add is 'Add one task to a queue, in the caller''s transaction.';
