-- _leased_at: when a lease began, read from its token.
create or replace function taskqueue._leased_at(lease_token uuid) returns timestamptz
language sql immutable as $$
  select timestamptz 'epoch' + ('x'
    || substr(replace(lease_token::text, '-', ''), 1, 12))::bit(48)::bigint * interval '1 millisecond'
$$;
