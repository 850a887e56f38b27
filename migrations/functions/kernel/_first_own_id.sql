-- _first_own_id: the first of the 128 ids that belong to the current transaction (_next_id); null: the transaction has
-- written nothing yet, and so has added nothing.
create or replace function taskqueue._first_own_id() returns bigint
language sql volatile as $$ select (taskqueue._epoch() << 50) + pg_current_xact_id_if_assigned()::text::bigint * 128 $$;
