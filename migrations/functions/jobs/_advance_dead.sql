-- _advance_dead: does the next chunk of a job on dead tasks: those of some names, or all that were dead when the job
-- began. Needs the plans that its callers pin. Two tasks may have died under one name: one of them is requeued.
--
-- Returns  more  false: there are no further tasks
create or replace function taskqueue._advance_dead(source taskqueue._queues, inout job taskqueue._jobs,
  out more boolean)
language plpgsql volatile as $$
declare
  now constant timestamptz := taskqueue._now();
  room constant integer := least(case job.act when 'requeue' then 20 else 100 end, job.tasks - job.done);
  begins constant bigint[] := regexp_match(job.position, '^([0-9]+)[.](-?[0-9]+)$');
  since constant timestamptz := coalesce(timestamptz '1970-01-01 00:00:00+00' + begins[1] * interval '1 microsecond',
    now);
  dead taskqueue._dead_tasks[];
  last taskqueue._dead_tasks;
  acted bigint;
begin
  select array_agg(d.dead order by d.expires, d.id) into dead
  from (select d as dead, d.expires, d.id from taskqueue._dead_tasks as d
        where d.queue_id = source.id and d.expires >= since and d.expires > now and d.died <= job.created
          and (begins is null or d.expires > since or d.id > begins[2])
          and (job.names is null or coalesce(d.name, taskqueue._name(d.id, d.created)) = any (job.names))
        order by d.expires, d.id limit room for update skip locked) as d;
  more := coalesce(cardinality(dead), 0) = room;
  if dead is null then
    return;
  end if;
  last := dead[cardinality(dead)];
  job.position := concat_ws('.', (extract(epoch from last.expires) * 1000000)::bigint, last.id);
  job.looked_at := job.looked_at + cardinality(dead);
  if job.act = 'requeue' then
    acted := (select count(*) from taskqueue._requeue(source, array(
      select o.one from (select distinct on (n.name) n.one, n.name
                         from (select u as one, coalesce(u.name, taskqueue._name(u.id, u.created)) as name,
                                 u.expires from unnest(dead) as u) as n
                         order by n.name, n.expires desc) as o
      where taskqueue._find_task(source, o.name) is null), audited => false));
    if acted > 0 then
      perform taskqueue._wake(source.id, source.name);
    end if;
  else
    delete from taskqueue._dead_tasks as d where d.id = any (array(select u.id from unnest(dead) as u));
    get diagnostics acted = row_count;
  end if;
  job.done := job.done + acted;
  job.skipped := job.skipped + cardinality(dead) - acted;
end
$$;
