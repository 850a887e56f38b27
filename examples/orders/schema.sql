-- The application's tables, its queues, and where its push tasks go.

create table orders (
  id integer generated always as identity primary key,
  item text not null check (length(item) <= 100)
);

create table receipts (
  webhook_id text primary key, -- the task's idempotency key: a second delivery writes no second receipt
  order_id integer not null references orders
);

create table packing_slips (
  id integer generated always as identity primary key,
  order_id integer not null references orders
);

select from taskqueue.set_target('orders', 'http://127.0.0.1:3000');
select from taskqueue.create_queue('receipts', target => 'orders');
select from taskqueue.create_queue('packing', mode => 'pull');
