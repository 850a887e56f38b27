-- _external_origin: the origin (http://host:port) of a task URL that names its host itself, which becomes the task's
-- target. Only in its one normal spelling: what programs read in different ways is refused (numbers as addresses,
-- users, percent signs, backslashes, other alphabets).
--
-- Raises TQ007; TQ108 when the task names a target, too.
create or replace function taskqueue._external_origin(url text, target text) returns text
language plpgsql stable as $$
declare
  -- Programs that listen on these ports are not web servers: they may take a request for commands, or crash.
  services constant integer[] := array[1433, 1521, 2049, 2181, 2375, 2376, 2379, 2380, 3306, 3389, 5432, 5433, 5672,
    5900, 5984, 6000, 6379, 6380, 6443,
                                       6667, 7000, 7001, 8500, 9042, 9092, 9200, 9300, 10250, 10255, 11211, 15672,
                                         27017, 27018];
  scheme constant text := substring(url from '^(https?)://');
  authority constant text := substring(url from '^https?://([^/?#]*)');
  port constant text := substring(authority from ':([0-9]*)$');
  host constant text := regexp_replace(coalesce(authority, ''), ':[0-9]*$', '');
  literal constant boolean := host ~ '^[[]|^[0-9.]+$';
  problem text;
  allowed boolean;
begin
  problem := case
    when authority is null then 'it must begin with a slash, or with http:// or https:// and a host'
    when url ~ '[^]!-[^-~]' then 'it must consist of printable ASCII characters'
    when authority ~ '@' then 'it must not name a user'
    when literal
      and not taskqueue._is_address(btrim(host, '[]'),
      host) then 'an address must be written in its usual form, such as 192.0.2.1 or [2001:db8::1]'
    when not literal
      and (length(host) > 253 or host !~ '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?[.])*[a-z]([a-z0-9-]{0,61}[a-z0-9])?$')
      then 'its host must consist of lower-case letters, digits, hyphens and dots'
    when port !~ '^[1-9][0-9]{0,4}$' or port = case scheme when 'http' then '80'
      else '443' end then 'its port must be written in its usual form, and left out if it is the default'
    when port::integer > 65535 or (port::integer < 1024 and port not in ('80', '443')) or port::integer = any (services)
      then format('port %s is not allowed for HTTP', port)
  end;
  if problem is not null then
    perform taskqueue._raise('TQ007',
      format('url must be a path or a URL of an allowed host, got %s: %s', quote_literal(left(url, 120)), problem),
      'Pass the path of the handler, such as /send?to=7; the target determines the host. '
      || 'To send to another host, set a target: select taskqueue.set_target(...);',
        jsonb_build_object('url', left(url, 120)));
  end if;
  if target is not null then
    perform taskqueue._raise('TQ108', 'a task must have a URL with a host or a target, not both',
      'Leave one of them out.');
  end if;
  if literal then
    allowed := exists (select from taskqueue._allowed_urls as a where a.range >>= btrim(host, '[]')::inet);
  else
    allowed := exists (
      select from taskqueue._allowed_urls as a
      where a.entry = host or a.entry ~ '^[*][.]' and right(host, length(a.entry) - 1) = substr(a.entry, 2)
         or a.entry = '*' and host ~ '[.]' and host !~ '[.](internal|local|localhost|lan|arpa)$');
  end if;
  if not allowed then
    perform taskqueue._raise('TQ007',
      format('url must be a path or a URL of an allowed host, got %s: %s is not allowed', quote_literal(left(url, 120)),
        btrim(host, '[]')),
      format('To allow the host: select taskqueue.allow_url(%L); or set a target: select taskqueue.set_target(...);',
             btrim(host, '[]')), jsonb_build_object('url', left(url, 120), 'host', btrim(host, '[]')));
  end if;
  return scheme || '://' || authority;
end
$$;
