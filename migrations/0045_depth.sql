-- 0045_depth: how many tasks a queue has over time, also above 100; and what the console shows of a queue once a
-- second.
alter table taskqueue._statistics add column tasks bigint;         -- a sample, exact up to 100; null: there is none
alter table taskqueue._minute_statistics add column tasks bigint;         -- the highest sample

create type taskqueue.live_queue as (
  queue text,
  mode text,
  rate text,
  rate_per_second double precision,
  bucket_size integer,
  max_concurrent_requests integer,
  target text,
  state text,
  since timestamptz,
  paused_reason text,
  paused_until timestamptz,
  paused_by text,
  condition text,
  enforced_rate double precision,
  noted timestamptz,
  tokens integer,
  in_flight integer,
  executed bigint,
  started bigint,
  succeeded bigint,
  failed bigint,
  throttled bigint,
  server_error bigint,
  no_answer bigint,
  dead bigint,
  started_recently bigint,
  executed_recently bigint,
  succeeded_recently bigint,
  failed_recently bigint,
  sampled timestamptz,
  due integer,
  scheduled integer,
  oldest_due timestamptz,
  tasks bigint
);
