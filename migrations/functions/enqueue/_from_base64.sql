-- _from_base64: the bytes of checked base64 text, in the standard or the URL-safe alphabet, with or without padding.
create or replace function taskqueue._from_base64(value text) returns bytea
language sql immutable as $$
  select decode(rpad(bare, (length(bare) + 3) / 4 * 4, '='), 'base64')
  from (select rtrim(translate(value, '-_', '+/'), '=') as bare) as unpadded
$$;
