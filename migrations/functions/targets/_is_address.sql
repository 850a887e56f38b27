-- _is_address: whether a text is an IP address in the one form that every program writes and reads alike; IPv6 as it
-- stands in brackets in a URL.
create or replace function taskqueue._is_address(address text, as_written text) returns boolean
language plpgsql immutable as $$
begin
  return host(address::inet) = address and address !~ '/' and as_written = case family(address::inet)
    when 6 then '[' || address || ']' else address end
    and address !~ ':.*[.]';
exception when invalid_text_representation then
  return false;
end
$$;
