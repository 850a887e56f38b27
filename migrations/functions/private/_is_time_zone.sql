-- _is_time_zone: whether PostgreSQL knows a time zone by this name. Null: UTC is meant.
create or replace function taskqueue._is_time_zone(name text) returns boolean
language plpgsql stable as $$
begin
  if name is not null then
    perform now() at time zone name;
  end if;
  return name is null or length(name) <= 100 and name ~ '^[A-Za-z]';
exception when invalid_parameter_value then
  return false;
end
$$;
