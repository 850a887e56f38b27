-- By name: one look-up a queue. By prefix, names are read in the order of their hashes, by which they are stored: it is
-- unique, and moments are not, because a purge ends a million names at once.
create or replace function taskqueue.find_tombstones(queue text default null, name text default null,
  prefix text default null, after text default null, max_names integer default 100)
returns setof taskqueue.found_name
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
declare
  source taskqueue._queues;
  scan record;
begin
  if max_names is null or max_names not between 1 and 1000 then
    perform taskqueue._raise('TQ102', format('max_names must be 1 to 1000, got %s', coalesce(max_names::text, 'null')),
      'Leave it out for 100.', jsonb_build_object('max_names', max_names));
  elsif queue is null and name is null then
    perform taskqueue._raise('TQ013', 'a search without a name must have a queue, got null',
      'Pass a queue or a whole name.');
  elsif after !~ '^[0-9a-f-]{36}$' then
    perform taskqueue._raise('TQ013', 'after must be the end of a page',
      'Pass the position that the page before has returned, or leave it out.');
  end if;
  if queue is not null then
    source := taskqueue._find_queue(queue);
  end if;
  if name is not null then
    return query select f.* from taskqueue._queues as q,
        lateral taskqueue._tombstone(q, array[taskqueue._name_hash(find_tombstones.name)]) as f
      where q.deleted_at is null and (source.id is null or q.id = source.id) order by q.name limit max_names;
  elsif coalesce(prefix, '') = '' then
    return query select f.* from taskqueue._tombstone(source, array(
        select n.name_hash from taskqueue._names as n
        where n.queue_id = source.id and n.expires is not null and n.expires > taskqueue._now()
        order by n.expires desc limit max_names)) as f;
  else
    scan := taskqueue._scan_names(source, prefix, after::uuid, max_names);
    return query select f.* from taskqueue._tombstone(source, scan.hashes) as f;
    return query select p.* from jsonb_populate_record(null::taskqueue.found_name,
      jsonb_build_object('looked_at', scan.looked_at, 'position', scan.next_position)) as p;
  end if;
end
$$;

comment on function taskqueue.find_tombstones is
$doc$Returns used names that can't be reused yet: one by its name, those that begin with a prefix, or the latest of a
queue.

Arguments:
- queue: name of a queue; null: every queue, for a whole name.
- name: the whole name; found immediately.
- prefix: the beginning of names; a call looks at no more than 50000 names and ends after about 80 ms.
- after: for a prefix: the position that the page before has returned; null: the first page.
- max_names: how many at most, 1 to 1000.

Returns rows: queue, name, ended (when its task ended), expires (when the name is free again), the latest first. For a
prefix, a last row has looked_at, the number of names that were looked at, and position, where the next page begins
(null: there is none), and nothing else.

Raises: TQ001 unknown queue; TQ013 after, or neither queue nor name; TQ102 max_names.

Example:
    select name, ended, expires from taskqueue.find_tombstones('mail', prefix => 'order-88');$doc$;
