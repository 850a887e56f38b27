-- _backoff: how long to wait before retry number n (from 1): doubled max_doublings times, then growing by the last
-- step, up to the maximum.
--
-- e = min(n - 1, max_doublings), k = n - e, delay = min(max_backoff, min_backoff * 2^e * k), cut to whole microseconds.
create or replace function taskqueue._backoff(retry taskqueue.retry_parameters, n integer) returns interval
language plpgsql immutable as $$
declare
  doublings constant integer := least(n - 1, retry.max_doublings);
begin
  return make_interval(secs => trunc(least(
    retry.max_backoff_seconds::numeric,
    retry.min_backoff_seconds::numeric * power(2::numeric, least(doublings, 1023)) * (n - doublings)
  ), 6)::double precision);
end
$$;
