-- _actor: the role that asks: the one it has set, else the one it has logged in as.
create or replace function taskqueue._actor() returns text
language plpgsql stable as $$
begin
  return coalesce(nullif(current_setting('role'), 'none'), session_user);
end
$$;
