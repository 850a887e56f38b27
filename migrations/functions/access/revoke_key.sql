-- Locks: the turn of acts on keys (_take_turn).
create or replace function taskqueue.revoke_key(target text, reference text) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  now timestamptz := taskqueue._now();
  revoked boolean;
begin
  perform taskqueue._take_turn('keys');
  delete from taskqueue._keys as k where k.target = revoke_key.target and k.expires <= now;
  delete from taskqueue._keys as k where k.target = revoke_key.target and k.reference = revoke_key.reference;
  revoked := found;
  if not exists (select from taskqueue._keys as k where k.target = revoke_key.target and k.expires is null) then
    update taskqueue._keys as k set expires = null
    where k.target = revoke_key.target
      and k.created = (select max(newest.created) from taskqueue._keys as newest
          where newest.target = revoke_key.target);
  end if;
  if revoked then
    perform taskqueue._queue_changed('');
    perform taskqueue._audit('revoke', 'key of ' || target, jsonb_build_object('reference', reference), null);
  end if;
  return revoked;
end
$$;

comment on function taskqueue.revoke_key is
$doc$Stops signing with a key immediately. If it was the current one, the newest remaining key becomes current; without
any, requests are not signed.

Arguments:
- target: as it was given to rotate_key.
- reference: as it was given to rotate_key.

Returns false when the target has no such key.

Example:
    select taskqueue.revoke_key('default', 'env:PUSH_SECRET');$doc$;
