-- _show_claimers: whose the requests of a queue are, in words: 3 of the dispatcher of session 4711, 2 of a dispatcher
-- that is gone; null: unknown.
create or replace function taskqueue._show_claimers(claimers integer[]) returns text
language sql stable as $$
  select string_agg(case when c.claimer = 0 then format('%s of a dispatcher without a number', c.held)
                         when l.pid is not null then format('%s of the dispatcher of session %s', c.held, l.pid)
                         else format('%s of a dispatcher that is gone, whose slots are freed 30 s later',
                           c.held) end, ', '
                    order by c.held desc, c.claimer)
         filter (where c.claimer <> 0 or c.others)
  from (select u.claimer, count(*) as held, bool_or(u.claimer <> 0) over () as others
        from unnest(claimers) as u(claimer) group by u.claimer) as c
  left join lateral (select h.pid from taskqueue._held_locks as h
    where h.lock = 'claimer' and h.key = c.claimer and h.authorized limit 1) as l on true
$$;
