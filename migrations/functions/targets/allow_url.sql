-- allow_url: let tasks name a host themselves, by a URL such as https://hooks.example.com/x. Without an entry for it
-- such a task is refused.
--
-- Whatever a name resolves to, no request goes to an address that is not public, but to those that an entry of
-- addresses covers.
-- Arguments  entry  a host name; *.example.com: every name below; *: every public name; an address or CIDR: tasks may
--                   name these addresses, and
--                   allowed names may resolve to them
-- Raises     TQ111 for anything else
-- Example    select taskqueue.allow_url('hooks.example.com');
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
      perform taskqueue._raise('TQ111', format('not addresses: %s', quote_literal(left(entry, 120))),
        'Give an address or a CIDR such as 10.1.0.0/16.');
    end;
  elsif entry is null or length(entry) > 253
        or entry !~ '^([*]|([*][.])?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?[.])*[a-z]([a-z0-9-]{0,61}[a-z0-9])?)$' then
    perform taskqueue._raise('TQ111', format('not a host: %s', coalesce(quote_literal(left(entry, 120)), 'null')),
      'Give a host name in lower case, *.example.com, *, or an address or CIDR.',
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

comment on function taskqueue.allow_url is 'Let tasks name a host themselves, by a URL of their own.';
