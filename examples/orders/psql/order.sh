#!/bin/sh
# Takes an order: writes it and adds its two tasks in one transaction. If a statement fails, psql ends and nothing stays.
set -eu
psql -X -q -A -t -v ON_ERROR_STOP=1 -v item="$1" <<'SQL'
begin;
insert into orders (item) values (:'item') returning id as order_id \gset
select from taskqueue.add('receipts', url => '/tasks/receipt', payload_json => jsonb_build_object('order', :order_id));
select from taskqueue.add('packing', payload_json => jsonb_build_object('order', :order_id));
commit;
\echo order :order_id
SQL
