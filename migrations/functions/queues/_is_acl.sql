-- _is_acl: whether JSON is an access list: an array of objects with one key, user_email or writer_email, and a string.
create or replace function taskqueue._is_acl(acl jsonb) returns boolean
language sql immutable as $$
  select jsonb_typeof(acl) = 'array' and not exists (
    select from jsonb_array_elements(case jsonb_typeof(acl) when 'array' then acl else '[]' end) as entry(value)
    where jsonb_typeof(entry.value) <> 'object'
       or (select count(*)
           from jsonb_object_keys(case jsonb_typeof(entry.value) when 'object' then entry.value else '{}' end)) <> 1
       or jsonb_typeof(coalesce(entry.value -> 'user_email', entry.value -> 'writer_email', 'null')) <> 'string')
$$;
