-- _check_token: whom a token stands for and what it may do, before it is made.
-- Raises TQ013.
create or replace function taskqueue._check_token(email text, scopes text[], rights text[], queues text[]) returns void
language plpgsql immutable as $$
declare
  known_scopes constant text[] := array['taskqueue', 'taskqueue.consumer'];
  known_rights constant text[] := array['enqueue', 'lease', 'read', 'payload', 'operate', 'admin'];
begin
  if email is null or length(email) > 320 or email !~ '^[^[:space:]@]+@[^[:space:]@]+$' then
    perform taskqueue._raise('TQ013',
      format('not an e-mail address: %s', coalesce(quote_literal(left(email, 120)), 'null')),
      'It stands for who calls, and is what the ACLs of queues name.');
  end if;
  if not scopes <@ known_scopes then
    perform taskqueue._raise('TQ013', format('no such scopes: %s', left(array_to_string(scopes, ', ', 'null'), 120)),
      'They are taskqueue and taskqueue.consumer.',
      jsonb_build_object('scopes', scopes));
  end if;
  if rights is null or not rights <@ known_rights then
    perform taskqueue._raise('TQ013',
      format('no such rights: %s', coalesce(left(array_to_string(rights, ', ', 'null'), 120), 'null')),
      format('They are %s.', array_to_string(known_rights, ', ')), jsonb_build_object('rights', rights));
  end if;
  if scopes = '{}' and rights = '{}' then
    perform taskqueue._raise('TQ013', 'a token needs scopes or rights', 'Give rights, such as {enqueue}.');
  end if;
  if queues is null or queues = '{}' or array_position(queues, null) is not null
     or exists (select from unnest(queues) as q(pattern) where q.pattern !~ '^[A-Za-z0-9*-]{1,100}$') then
    perform taskqueue._raise('TQ013',
      format('not names of queues: %s', coalesce(left(array_to_string(queues, ', ', 'null'), 120), 'null')),
      'Give names or patterns: mail, mail-*, or * for all.', jsonb_build_object('queues', queues));
  end if;
end
$$;
