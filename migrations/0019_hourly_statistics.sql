-- 0019_hourly_statistics: what is left of statistics after an hour: sums. Only ever appended to: an hour can have
-- several rows, which the view adds up.
create table taskqueue._hourly_statistics (
  queue_id integer not null,
  hour timestamptz not null,        -- its beginning, UTC
  executed bigint not null
);

-- the view, sweep_queue
create index _hourly_statistics_hour on taskqueue._hourly_statistics (queue_id, hour);
