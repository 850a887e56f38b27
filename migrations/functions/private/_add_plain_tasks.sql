-- _add_plain_tasks: store a batch of plain tasks (_are_plain) with one statement. The rows are those that _add_tasks would store; a test compares them.
create or replace function taskqueue._add_plain_tasks(queue taskqueue._queues, tasks jsonb, first_id bigint) returns setof taskqueue.add_result
language plpgsql volatile as $$
begin
  return query
    insert into taskqueue._tasks as t (id, due, created, queue_id, url, body_kind, tag, body)
    select first_id + n.position - 1, at.now, at.now, queue.id, n.value ->> 'url',
           case when queue.mode = 'pull' then null when n.value ->> 'payload' is not null then 't' else 'j' end::"char",
           nullif(n.value ->> 'tag', ''), convert_to(coalesce(n.value ->> 'payload', (n.value -> 'payload_json')::text), 'UTF8')
    from jsonb_array_elements(tasks) with ordinality as n(value, position), lateral (select n.position, taskqueue._now() as now offset 0) as at
    returning (t.id - first_id)::integer, taskqueue._name(t.id, t.created), 'added', t.due, t.created;
end
$$;
