-- _epoch: the number of this database among all that its tasks have ever lived in, 1 to 4095. Tasks that were added
-- before there were epochs have 0.
--
-- A database is known by the cluster's system_identifier and its own oid: a restored dump, a clone by template and
-- pg_upgrade give it another; a failover and a restored base backup don't. Where what is kept (_identity) is another's,
-- this is a copy: it takes the next epoch at once, whoever asks first. All who ask compute the same one, so nobody has
-- to wait for anybody; who may not write only computes it.
--
-- Where the cluster does not say which one it is (_database_hash is 0, now or when the epoch was taken), what is kept
-- is believed: migrate --new-identity is for such copies, too.
--
-- It is called immutable because it is so for as long as a session lives (_renew_identity sees to the exception): the
-- planner calls it once for a statement, and no add, lease or claim reads the control file again.
create or replace function taskqueue._epoch() returns bigint
language plpgsql immutable security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  here constant bigint := taskqueue._database_hash();
  kept constant bigint := pg_sequence_last_value('taskqueue._identity');
  taken bigint;
begin
  if kept & 1125899906842623 = here or kept & 1125899906842623 = 0 or kept is not null and here = 0 then
    return kept >> 50;
  end if;
  taken := taskqueue._next_epoch(here, coalesce(kept >> 50, 0));
  if not pg_is_in_recovery() and current_setting('transaction_read_only') = 'off' then
    perform setval('taskqueue._identity', taken << 50 | here);
    perform setval('taskqueue._adopted_at', (extract(epoch from clock_timestamp()) * 1000000)::bigint);
  end if;
  return taken;
end
$$;
