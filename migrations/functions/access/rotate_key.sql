-- Locks: the turn of acts on keys (_take_turn).
create or replace function taskqueue.rotate_key(target text, reference text,
  keep_old interval default '7 days') returns void
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
declare
  now timestamptz := taskqueue._now();
begin
  if target is distinct from '@id-tokens' then
    perform taskqueue._check_target_pattern(target);
  end if;
  -- The message doesn't repeat the argument, which may be a secret.
  if reference is null or length(reference) > 1000
      or reference !~ ('^(env:[A-Za-z_][A-Za-z0-9_]*|file:/[^' || chr(1) || '-' || chr(31) || chr(127) || ']+)$') then
    perform taskqueue._raise('TQ114', 'reference must be env:NAME or file:/path',
      'Put the secret into an environment variable or a file of every dispatcher, and pass its name.');
  end if;
  if keep_old is null or keep_old < interval '0' then
    perform taskqueue._raise('TQ114',
      format('keep_old must be an interval of 0 or more, got %s', coalesce(keep_old::text, 'null')),
      'For example: keep_old => ''7 days''.');
  end if;
  perform taskqueue._take_turn('keys'); -- two rotations at once would leave two current keys
  delete from taskqueue._keys as k where k.target = rotate_key.target and k.expires <= now;
  update taskqueue._keys as k set expires = least(k.expires, now + keep_old)
  where k.target = rotate_key.target and k.reference <> rotate_key.reference;
  insert into taskqueue._keys as k (target, reference, created) values (rotate_key.target, rotate_key.reference, now)
  on conflict on constraint _keys_pkey do update set created = excluded.created, expires = null;
  perform taskqueue._queue_changed('');
  perform taskqueue._audit('rotate', 'key of ' || target, null,
    jsonb_build_object('reference', reference, 'keep_old', keep_old));
end
$$;

comment on function taskqueue.rotate_key is
$doc$Signs the requests to a target with a new key, and also with the previous ones until all handlers know the new one.
The first key of a target turns signing on.

Arguments:
- target: name of a target, or a pattern with *, as targets have them; @id-tokens: the key is a private one, and signs
  ID tokens of HTTP tasks. A new one is published for 15 minutes before it signs; the previous ones stay published.
- reference: where each dispatcher finds the secret: env:NAME or file:/path; never the secret itself.
- keep_old: how long the previous keys sign, too, or are published; 0 or more.

Raises: TQ111 target; TQ114 reference or keep_old.

Example:
    select taskqueue.rotate_key('default', 'env:PUSH_SECRET_2');$doc$;
