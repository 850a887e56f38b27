-- _raise: raises one of our errors: a message that says what was expected and what was given, a JSON detail for
-- programs, and a hint that says what to do.
create or replace function taskqueue._raise(code text, message text, hint text default null,
  detail jsonb default null) returns void
language plpgsql as $$
begin
  raise exception using
    errcode = code, message = message, hint = coalesce(hint, ''), detail = coalesce(detail::text, '');
end
$$;
