-- _claimer: the number of the dispatcher that claimed a task, read from its lease token; 0: the token has none.
create or replace function taskqueue._claimer(lease_token uuid) returns integer
language sql immutable as $$
  select case when substr(lease_token::text, 15, 1) = '8' then ('x' || right(lease_token::text, 8))::bit(32)::integer
    else 0 end
$$;
