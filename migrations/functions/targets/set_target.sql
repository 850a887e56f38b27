create or replace function taskqueue.set_target(name text, url text, max_concurrent integer default null) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
declare
  before constant jsonb := (select to_jsonb(t) from taskqueue._targets as t where t.name = set_target.name);
begin
  perform taskqueue._check_target_pattern(name);
  if url is null or length(url) > 2083 or url !~ '^https?://[^/?#@[:space:]]+(/[^?#[:space:]]*)?$'
      or strpos(url, chr(92)) > 0 then
    perform taskqueue._raise('TQ111',
      format('url must be a base URL, got %s', coalesce(quote_literal(left(url, 120)), 'null')),
      'For example: https://app.example.com. It must begin with http:// or https:// and a host, may have a port and a '
      'path, and must not have a user, a query or a fragment.',
        jsonb_build_object('url', left(url, 120)));
  end if;
  if max_concurrent not between 1 and 5000 then
    perform taskqueue._raise('TQ111',
      format('max_concurrent of target %s must be 1 to 5000, got %s', name, max_concurrent),
      'Leave it out for no limit.', jsonb_build_object('target', name));
  end if;
  insert into taskqueue._targets as t (name, url, max_concurrent, created)
  values (set_target.name, set_target.url, set_target.max_concurrent, taskqueue._now())
  on conflict on constraint _targets_pkey do update set url = excluded.url, max_concurrent = excluded.max_concurrent;
  perform taskqueue._queue_changed('');
  perform taskqueue._audit('set', 'target ' || set_target.name, before,
    (select to_jsonb(t) from taskqueue._targets as t where t.name = set_target.name));
end
$$;

comment on function taskqueue.set_target is
$doc$Sets where tasks of a target go: a base URL, http or https, without query or fragment. {target} in it stands for
the requested name.

Arguments:
- name: name of the target: default for tasks that name none; a pattern with * for names that no other entry matches.
- url: for example https://app.example.com or http://{target}.internal:8080. If the host ends in {target}, the enqueuer
  that names the target chooses the host: then only public addresses are allowed, or those of allow_url.
- max_concurrent: 1 to 5000 requests that each dispatcher may have in flight to it at the same time, over all queues;
  null: no limit. Two dispatchers that lead queues of the target may have twice as many. For a pattern: for each name it
  matches.

Raises: TQ111 name, url or max_concurrent.

Example:
    select taskqueue.set_target('default', 'https://app.example.com');$doc$;
