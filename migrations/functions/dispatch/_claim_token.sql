-- _claim_token: the lease token of a dispatcher's claim: a UUIDv8 whose first 48 bits are the moment it began, in
-- milliseconds (_leased_at), and whose last 32 bits are the dispatcher's number (_claimer); the rest is random.
create or replace function taskqueue._claim_token(now timestamptz, claimer integer) returns uuid
language sql volatile as $$
  select encode(substr(int8send((extract(epoch from now) * 1000)::bigint), 3) || decode('80', 'hex')
    || substr(uuid_send(gen_random_uuid()), 8, 5)
                || int4send(claimer), 'hex')::uuid
$$;
