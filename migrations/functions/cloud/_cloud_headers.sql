-- _cloud_headers: the headers of a task as the Cloud Tasks API shows them. An App Engine task with a body shows its
-- length. One expression, so that PostgreSQL inlines it.
create or replace function taskqueue._cloud_headers(task taskqueue._tasks) returns jsonb
language sql stable as $$
  select case when task.http is not null or task.body is null then taskqueue._headers(task)
    else taskqueue._headers(task) || jsonb_build_object('Content-Length', octet_length(task.body)::text) end
$$;
