-- set_target: say where tasks of a target go: a base URL, http or https, without query or fragment. {target} in it
-- stands for the name asked for.
--
-- Arguments  name            of the target: default for tasks that name none; a pattern with * for those that no other
--                            entry fits
--            url             such as https://app.example.com or http://{target}.internal:8080. Where the host ends in
--                            {target}, who names the target
--                            chooses the host: then at public addresses only, or at those of allow_url
--            max_concurrent  requests that each dispatcher may have under way there at once, of all its queues; 1 to
--                            5000; null: no bound. Two dispatchers
--                            that lead queues of the target may have twice as many. Of a pattern: for each name that it
--                            stands for.
-- Raises     TQ111 name, URL or bound
-- Example    select taskqueue.set_target('default', 'https://app.example.com');
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
    perform taskqueue._raise('TQ111', format('not a base URL: %s', coalesce(quote_literal(left(url, 120)), 'null')),
      'Give http or https, a host, and perhaps a port and a path; no user, query or fragment.',
        jsonb_build_object('url', left(url, 120)));
  end if;
  if max_concurrent not between 1 and 5000 then
    perform taskqueue._raise('TQ111',
      format('target %s: max_concurrent can''t be %s: it is 1 to 5000', name, max_concurrent),
      'Leave it out to have no bound.', jsonb_build_object('target', name));
  end if;
  insert into taskqueue._targets as t (name, url, max_concurrent, created)
  values (set_target.name, set_target.url, set_target.max_concurrent, taskqueue._now())
  on conflict on constraint _targets_pkey do update set url = excluded.url, max_concurrent = excluded.max_concurrent;
  perform taskqueue._queue_changed('');
  perform taskqueue._audit('set', 'target ' || set_target.name, before,
    (select to_jsonb(t) from taskqueue._targets as t where t.name = set_target.name));
end
$$;

comment on function taskqueue.set_target is 'Say where tasks of a target go: a base URL.';
