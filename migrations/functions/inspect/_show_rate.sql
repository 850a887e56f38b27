-- _show_rate: the rate a queue dispatches at, and why it is not the configured one.
create or replace function taskqueue._show_rate(queue taskqueue._queues, enforced double precision) returns text
language sql immutable as $$
  select case when enforced >= (queue).rate_per_second * 0.999 then (queue).rate
              else round(enforced::numeric, 3) || '/s instead of ' || (queue).rate
                || ', because its handlers asked for less' end
$$;
