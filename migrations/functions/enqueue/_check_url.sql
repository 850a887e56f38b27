-- _check_url: a URL must be a path within the target, with an optional query: beginning with one slash, at most 2083
-- printable ASCII characters, no fragment.
--
-- Raises TQ007.
create or replace function taskqueue._check_url(url text) returns void
language plpgsql immutable as $$
declare
  problem text;
begin
  problem := case
    when url !~ '^/' then 'it must begin with a slash and have no scheme or host'
    when substr(url, 2, 1) in ('/', chr(92)) then 'it must not begin with two slashes, which would name a host'
    when length(url) > 2083 then format('it must be at most 2083 characters, got %s', length(url))
    when url ~ '#' then 'it must have no fragment (#)'
    when url ~ '[^]!-[^-~]' then 'it must consist of printable ASCII characters; percent-encode the others'
  end;
  if problem is not null then
    perform taskqueue._raise('TQ007', format('url must be a path, got %s: %s', quote_literal(left(url, 120)), problem),
      'Pass the path of the handler, such as /send?to=7; the target determines the host.',
        jsonb_build_object('url', left(url, 120)));
  end if;
end
$$;
