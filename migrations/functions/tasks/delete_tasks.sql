-- delete_tasks: remove up to 1000 tasks of one queue by their names; with lease tokens, those whose last lease they
-- are.
--
-- The only functions of ours, with delete_task, that run as the caller: PostgreSQL alone knows for certain who that is.
-- Those who may delete any task do so by one function, those who may delete what they have leased by another.
--
-- Arguments  queue         name of a queue, push or pull; a worker's: pull
--            names         of the tasks
--            lease_tokens  in the same order; null, or null for one: whoever knows the name may delete, if he has the
--                          rights of taskqueue_operator
-- Returns    one row a name, in the order given: name, deleted (false: there was no such task, or the token is stale)
-- Raises     TQ001 unknown queue; TQ016 a name twice; TQ018 more than 1000 names; a worker's: TQ021 a push queue; 42501
--            a task without a token
-- Example    select * from taskqueue.delete_tasks('mail', array['a', 'b']);
-- Locks      the tasks' rows.
create or replace function taskqueue.delete_tasks(queue text, names text[],
  lease_tokens uuid[] default null) returns table (name text, deleted boolean)
language plpgsql volatile
set search_path = pg_catalog, taskqueue, pg_temp as $$
begin
  if has_function_privilege('taskqueue._delete_tasks(text, text[], uuid[])', 'execute') then
    return query select * from taskqueue._delete_tasks(queue, names, lease_tokens);
  else
    return query select * from taskqueue._finish_tasks(queue, names, lease_tokens);
  end if;
end
$$;

comment on function taskqueue.delete_tasks is 'Remove up to 1000 tasks of one queue by their names.';
