-- set_target: say where tasks of a target go: a base URL, http or https, without query or fragment. {target} in it stands for the name asked for.
--
-- Arguments  name  of the target: default for tasks that name none; a pattern with * for those that no other entry fits
--            url   such as https://app.example.com or http://{target}.internal:8080
-- Raises     TQ111 name or URL
-- Example    select taskqueue.set_target('default', 'https://app.example.com');
create or replace function taskqueue.set_target(name text, url text) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  before constant jsonb := (select to_jsonb(t) from taskqueue._targets as t where t.name = set_target.name);
begin
  perform taskqueue._check_target_pattern(name);
  if url is null or length(url) > 2083 or url !~ '^https?://[^/?#@\s\\]+(/[^?#\s\\]*)?\Z' then
    perform taskqueue._refuse('TQ111', format('not a base URL: %s', coalesce(quote_literal(left(url, 120)), 'null')),
      'Give http or https, a host, and perhaps a port and a path; no user, query or fragment.', jsonb_build_object('url', left(url, 120)));
  end if;
  insert into taskqueue._targets as t (name, url, created) values (set_target.name, set_target.url, taskqueue._now())
  on conflict on constraint _targets_pkey do update set url = excluded.url;
  perform taskqueue._queue_changed('');
  perform taskqueue._audit('set', 'target ' || set_target.name, before,
    (select to_jsonb(t) from taskqueue._targets as t where t.name = set_target.name));
end
$$;

comment on function taskqueue.set_target is 'Say where tasks of a target go: a base URL.';
