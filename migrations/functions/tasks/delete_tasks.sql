-- With delete_task the only function that runs as the caller, because only PostgreSQL knows for certain who that is:
-- roles that may delete any task use one function, roles that may delete what they have leased another.
--
-- Locks: the tasks' rows.
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

comment on function taskqueue.delete_tasks is
$doc$Deletes up to 1000 tasks of one queue by name; with lease tokens, only those whose last lease the tokens belong to.

Arguments:
- queue: name of a queue, push or pull; for a worker: pull.
- names: names of the tasks.
- lease_tokens: in the same order. Null, or a null in it: anyone who knows the name may delete the task, with the rights
  of taskqueue_operator.

Returns one row per name, in the given order: name, deleted (false: there was no such task, or the token is stale).

Raises: TQ001 unknown queue; TQ016 a name twice; TQ018 more than 1000 names; for a worker: TQ021 a push queue, 42501 a
task without a token.

Example:
    select * from taskqueue.delete_tasks('mail', array['a', 'b']);$doc$;
