-- _plural: a count in words: 1 task, 2 tasks.
create or replace function taskqueue._plural(n bigint, thing text) returns text
language sql immutable as $$ select n || ' ' || thing || case when n = 1 then '' else 's' end $$;
