-- _target_remedy: what to do about an attempt that had nowhere to go: its target is not set or not allowed, or none of
-- its keys can be read.
create or replace function taskqueue._target_remedy(target text, error text) returns text
language sql immutable as $$
  select case
    when error ~ 'oauthToken'
      then 'Give servers and dispatchers a command that prints tokens: pgtaskqueue serve --oauth-token-command COMMAND'
    when error ~ 'there is no signing key of ID tokens'
      then 'select taskqueue.rotate_key(''@id-tokens'', ''file:/...'');'
    when error ~ 'signing key' then 'Give dispatchers the secrets that the keys refer to: pgtaskqueue keys list'
    when target ~ '://'
      then format('select taskqueue.allow_url(%L);', substring(target from '://[[]?([^]/]*?)[]]?(:[0-9]+)?$'))
    else format('select taskqueue.set_target(%L, ''https://...'');', coalesce(target, 'default'))
  end
$$;
