-- _storage_limit: the bytes of App Engine's total_storage_limit: a number with B, K, M, G or T (powers of 1024), or
-- without for bytes. At most 1000T.
--
-- Raises TQ008.
create or replace function taskqueue._storage_limit(size text) returns bigint
language plpgsql immutable as $$
declare
  parts constant text[] := regexp_match(size, '^([0-9]{1,20}(?:[.][0-9]{0,20})?)([BKMGT]?)$');
  bytes constant numeric := floor(rtrim(parts[1], '.')::numeric * case parts[2] when 'K' then 1024
    when 'M' then 1024 ^ 2 when 'G' then 1024 ^ 3
    when 'T' then 1024 ^ 4 else 1 end::numeric);
begin
  if bytes is null or bytes > 1000 * 1024 ^ 4::numeric then
    perform taskqueue._raise('TQ008',
      format('a storage limit must be a number with B, K, M, G or T and at most 1000T, got %s',
        coalesce(quote_literal(left(size, 120)), 'null')),
      'For example: 120M.',
        jsonb_build_object('total_storage_limit', left(size, 120)));
  end if;
  return bytes;
end
$$;
