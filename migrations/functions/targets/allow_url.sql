-- Whatever a name resolves to, no request goes to an address that is not public, except those an entry of addresses
-- covers.
create or replace function taskqueue.allow_url(entry text) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  addresses cidr;
begin
  if entry ~ '^[0-9.]+(/[0-9]+)?$' or entry ~ ':' then
    begin
      addresses := entry::cidr;
    exception when invalid_text_representation then
      perform taskqueue._raise('TQ111',
        format('entry must be a host name, *.suffix, *, an address or a CIDR, got %s', quote_literal(left(entry, 120))),
        'For example: hooks.example.com, without scheme and port, or 10.1.0.0/16.');
    end;
  elsif entry is null or length(entry) > 253
        or entry !~ '^([*]|([*][.])?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?[.])*[a-z]([a-z0-9-]{0,61}[a-z0-9])?)$' then
    perform taskqueue._raise('TQ111',
      format('entry must be a host name, *.suffix, *, an address or a CIDR, got %s',
      coalesce(quote_literal(left(entry, 120)), 'null')),
      'For example: hooks.example.com, in lower case, or *.example.com.',
        jsonb_build_object('entry', left(entry, 120)));
  end if;
  insert into taskqueue._allowed_urls as a (entry, range, created) values (allow_url.entry, addresses, taskqueue._now())
  on conflict on constraint _allowed_urls_pkey do nothing;
  if found then
    perform taskqueue._queue_changed('');
    perform taskqueue._audit('allow', 'url ' || allow_url.entry, null, jsonb_build_object('entry', allow_url.entry));
  end if;
end
$$;

comment on function taskqueue.allow_url is
$doc$Allows tasks to name a host themselves, by a URL such as https://hooks.example.com/x. Without an entry for its host
such a task is refused.

Arguments:
- entry: a host name; *.example.com for every name below it; * for every public name; an address or CIDR: tasks may name
  these addresses, and allowed names may resolve to them.

Raises: TQ111 for anything else.

Example:
    select taskqueue.allow_url('hooks.example.com');$doc$;
