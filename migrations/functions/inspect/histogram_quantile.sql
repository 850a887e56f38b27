-- The upper bounds are those of src/domain/histogram.ts.
create or replace function taskqueue.histogram_quantile(counts bigint[], quantile double precision)
returns double precision
language plpgsql immutable security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  bounds constant double precision[] := '{0.01,0.03,0.1,0.3,1,3,10,30,100,300,1000}';
  total constant bigint := (select sum(c) from unnest(counts) as c);
  rank constant double precision := total * least(greatest(quantile, 0), 1);
  below bigint := 0;
begin
  if coalesce(total, 0) = 0 then
    return null;
  end if;
  for bucket in 1 .. cardinality(bounds) loop
    if counts[bucket] > 0 and below + counts[bucket] >= rank then
      return coalesce(bounds[bucket - 1], 0)
        + (bounds[bucket] - coalesce(bounds[bucket - 1], 0)) * (rank - below) / counts[bucket];
    end if;
    below := below + counts[bucket];
  end loop;
  return bounds[cardinality(bounds)];
end
$$;

comment on function taskqueue.histogram_quantile is
$doc$Estimates a quantile of the seconds that a histogram of minute_statistics counts: within its bucket the values are
taken to be spread evenly.

Arguments:
- counts: twelve counts: of the values up to 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300 and 1000 seconds, and of
  those above.
- quantile: 0 to 1; 0.5 is the median.

Returns seconds; 1000 for values above; null: the histogram is empty.

Example:
    select minute, taskqueue.histogram_quantile(lag, 0.95) from taskqueue.minute_statistics where queue = 'mail';$doc$;
