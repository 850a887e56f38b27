-- _is_reserved_header: whether a header, by its name in lower case, belongs to the service or the connection, or is
-- otherwise not for tasks to send.
create or replace function taskqueue._is_reserved_header(name text) returns boolean
language sql immutable as $$
  select name ~ '^(x-appengine-|x-google-|x-cloudtasks-|webhook-)'
      or name in ('taskqueue-signature', 'taskqueue-notice',
          'content-length', 'referer', 'connection', 'keep-alive', 'proxy-connection',
          'proxy-authenticate',
                  'proxy-authorization', 'cookie', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'expect',
                    'accept-encoding')
$$;
