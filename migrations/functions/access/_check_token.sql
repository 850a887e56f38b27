-- _check_token: checks whom a token stands for and what it may do, before it is created.
--
-- Raises TQ013.
create or replace function taskqueue._check_token(email text, scopes text[], rights text[], queues text[]) returns void
language plpgsql immutable as $$
declare
  known_scopes constant text[] := array['taskqueue', 'taskqueue.consumer'];
  known_rights constant text[] := array['enqueue', 'lease', 'read', 'payload', 'operate', 'admin'];
begin
  if email is null or length(email) > 320 or email !~ '^[^[:space:]@]+@[^[:space:]@]+$' then
    perform taskqueue._raise('TQ013',
      format('email must be an e-mail address, got %s', coalesce(quote_literal(left(email, 120)), 'null')),
      'For example: shop@example.com; the audit and the ACLs of queues name it.');
  end if;
  if not scopes <@ known_scopes then
    perform taskqueue._raise('TQ013', format('scopes must be among taskqueue and taskqueue.consumer, got %s',
        left(array_to_string(scopes, ', ', 'null'), 120)), 'For example: scopes => ''{taskqueue}''.',
      jsonb_build_object('scopes', scopes));
  end if;
  if rights is null or not rights <@ known_rights then
    perform taskqueue._raise('TQ013',
      format('rights must be among %s, got %s', array_to_string(known_rights, ', '),
        coalesce(left(array_to_string(rights, ', ', 'null'), 120), 'null')), 'For example: rights => ''{enqueue}''.',
          jsonb_build_object('rights', rights));
  end if;
  if scopes = '{}' and rights = '{}' then
    perform taskqueue._raise('TQ013', 'a token must have scopes or rights', 'For example: rights => ''{enqueue}''.');
  end if;
  if queues is null or queues = '{}' or array_position(queues, null) is not null
     or exists (select from unnest(queues) as q(pattern) where q.pattern !~ '^[A-Za-z0-9*-]{1,100}$') then
    perform taskqueue._raise('TQ013',
      format('queues must be names or patterns of queues, got %s',
        coalesce(left(array_to_string(queues, ', ', 'null'), 120), 'null')),
      'For example: queues => ''{mail,report-*}'', or ''{*}'' for all.', jsonb_build_object('queues', queues));
  end if;
end
$$;
