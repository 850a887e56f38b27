-- _show_session: a session in words: Session 4711 of role mallory (psql), connected since ...; the time only if the
-- reader may see it.
create or replace function taskqueue._show_session(pid integer, role text, application_name text,
  since timestamptz) returns text
language sql stable as $$
  select format('Session %s of role %s%s%s', pid, role, coalesce(' (' || nullif(application_name, '') || ')', ''),
                coalesce(', connected since ' || taskqueue._show_time(since) || ',', ''))
$$;
