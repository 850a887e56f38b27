-- _epoch: the number of this database among all databases its tasks have ever lived in, 1 to 4095. Tasks that were
-- added before epochs existed have 0.
--
-- A database is identified by the cluster's system_identifier and its own oid. A restored dump, a clone by template and
-- pg_upgrade change them; a failover and a restored base backup don't. When the stored identity (_identity) is another
-- database's, this one is a copy: it takes the next epoch immediately, whichever session asks first. All sessions
-- compute the same epoch, so none has to wait for another; one that may not write only computes it.
--
-- When the cluster doesn't reveal its identifier (_database_hash is 0, now or when the epoch was taken), the stored
-- identity is trusted. `migrate --new-identity` is for such copies, too.
--
-- It is declared immutable because it doesn't change while a session lives (_renew_identity takes care of the
-- exception): the planner calls it once for a statement, and no add, lease or claim reads the control file again.
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
