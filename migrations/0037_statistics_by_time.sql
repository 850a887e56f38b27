-- 0037_statistics_by_time: statistics tell what became of attempts, and are partitioned by time: a second's row is kept
-- for an hour, a minute's for a week, an hour's for 35 days. Old ones are dropped a partition at a time
-- (_sweep_statistics). A row of a time without a partition goes to the default one, as in _attempts.
--
-- The earlier tables become the default partitions: no row is copied.
alter table taskqueue._statistics rename to _statistics_default;
alter index taskqueue._statistics_at rename to _statistics_default_queue_id_at_idx;
alter table taskqueue._hourly_statistics rename to _hourly_statistics_default;
alter index taskqueue._hourly_statistics_hour rename to _hourly_statistics_default_queue_id_hour_idx;

-- Counts are null instead of 0, because a null takes no space.
create table taskqueue._statistics (
  queue_id integer not null,
  at timestamptz not null,
  executed bigint not null,         -- push: attempts that ended; pull: leases given
  enforced double precision,        -- dispatches per second the queue was held to; null: it was not throttled
  started integer,                  -- push: attempts; pull: null, see executed
  succeeded integer,                -- push: attempts; pull: leased tasks that were deleted
  client_error integer,             -- failed attempts by class (src/domain/failure-class.ts)
  throttled integer,
  server_error integer,
  other_status integer,
  no_answer integer,
  unknown_target integer,
  failed integer,                   -- pull: leases that workers ended with an error
  expired integer,                  -- pull: leases that ended unnoticed
  dead integer,                     -- tasks that were buried
  released integer,                 -- push: claimed and not sent; pull: given back
  tokens smallint,                  -- in the bucket, at that moment; null: 0
  in_flight smallint,               -- requests, at that moment; null: 0
  due smallint,                     -- a sample, up to 101: tasks that wait; null: none was taken
  scheduled smallint,               -- the same: tasks for later
  oldest_due timestamptz,           -- the same
  lag integer[],                    -- a minute's histogram of seconds from due to start (_histogram_bounds)
  duration integer[]                -- the same, from start to end
) partition by range (at);

-- A minute can have several rows, which the view adds up.
create table taskqueue._minute_statistics (
  queue_id integer not null,
  minute timestamptz not null,      -- its beginning
  executed bigint not null,
  started integer,
  succeeded integer,
  client_error integer,
  throttled integer,
  server_error integer,
  other_status integer,
  no_answer integer,
  unknown_target integer,
  failed integer,
  expired integer,
  dead integer,
  released integer,
  due smallint,                     -- the highest sample
  lag bigint[],
  duration bigint[]
) partition by range (minute);

create table taskqueue._hourly_statistics (
  queue_id integer not null,
  hour timestamptz not null,        -- its beginning, UTC
  executed bigint not null,
  started bigint,
  succeeded bigint,
  client_error bigint,
  throttled bigint,
  server_error bigint,
  other_status bigint,
  no_answer bigint,
  unknown_target bigint,
  failed bigint,
  expired bigint,
  dead bigint,
  released bigint
) partition by range (hour);

alter table taskqueue._statistics_default
  add column started integer, add column succeeded integer, add column client_error integer,
  add column throttled integer, add column server_error integer, add column other_status integer,
  add column no_answer integer, add column unknown_target integer, add column failed integer,
  add column expired integer, add column dead integer, add column released integer, add column tokens smallint,
  add column in_flight smallint, add column due smallint, add column scheduled smallint,
  add column oldest_due timestamptz, add column lag integer[], add column duration integer[];
alter table taskqueue._hourly_statistics_default
  add column started bigint, add column succeeded bigint, add column client_error bigint,
  add column throttled bigint, add column server_error bigint, add column other_status bigint,
  add column no_answer bigint, add column unknown_target bigint, add column failed bigint,
  add column expired bigint, add column dead bigint, add column released bigint;

alter table taskqueue._statistics attach partition taskqueue._statistics_default default;
create table taskqueue._minute_statistics_default partition of taskqueue._minute_statistics default;
alter table taskqueue._hourly_statistics attach partition taskqueue._hourly_statistics_default default;

-- queues, _last_dispatch, _enforced_rate; the views
create index _statistics_at on taskqueue._statistics (queue_id, at);
create index _minute_statistics_minute on taskqueue._minute_statistics (queue_id, minute);
create index _hourly_statistics_hour on taskqueue._hourly_statistics (queue_id, hour);

alter table taskqueue._statistics replica identity full;                                            -- as in 0022
alter table taskqueue._minute_statistics replica identity full;
alter table taskqueue._minute_statistics_default replica identity full;
alter table taskqueue._hourly_statistics replica identity full;

alter type taskqueue.queue_statistics add attribute succeeded_last_minute bigint,
  add attribute failed_last_minute bigint, add attribute dead_last_minute bigint, add attribute due bigint,
  add attribute scheduled bigint, add attribute oldest_due timestamptz, add attribute condition text;
