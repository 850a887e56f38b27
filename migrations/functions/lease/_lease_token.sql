-- _lease_token: the token of a lease that begins now: a UUIDv7 whose first 48 bits are the moment it began, in
-- milliseconds (_leased_at); the rest is random. The tasks of one claim or lease share a token: a holder of one of them
-- holds them all.
create or replace function taskqueue._lease_token(now timestamptz) returns uuid
language sql volatile as $$
  select encode(substr(int8send((extract(epoch from now) * 1000)::bigint), 3) || decode('70', 'hex')
    || substr(uuid_send(gen_random_uuid()), 8), 'hex')::uuid
$$;
