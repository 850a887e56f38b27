-- 0008_statistics: what was executed when. Only ever appended to: a counter row would pile up versions under a held
-- snapshot.
create table taskqueue._statistics (
  queue_id integer not null,
  at timestamptz not null,
  executed bigint not null,         -- push: attempts that ended; pull: leases
  enforced double precision         -- dispatches per second the queue was held to; null: it was not throttled
);

create index _statistics_at on taskqueue._statistics (queue_id, at);                              -- queues, sweep_queue
