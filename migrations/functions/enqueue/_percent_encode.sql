-- _percent_encode: one key or value of a form: UTF-8; letters, digits and *-._ stay, a space becomes +, every other
-- byte %XX.
create or replace function taskqueue._percent_encode(value text) returns text
language sql immutable as $$
  select case when value ~ '^[A-Za-z0-9*._-]*$' then value else (
    select string_agg(
      case
        when byte > 127 then '%' || upper(to_hex(byte))   -- first: not every encoding has a character of this number
        when chr(byte) ~ '[A-Za-z0-9*._-]' then chr(byte)
        when byte = 32 then '+'
        else '%' || upper(lpad(to_hex(byte), 2, '0'))
      end, '' order by i)
    from (select i, get_byte(bytes, i) as byte
          from (select convert_to(value, 'UTF8') as bytes) as b,
            generate_series(0, octet_length(bytes) - 1) as i) as each_byte
  ) end
$$;
