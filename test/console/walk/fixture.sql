-- A database as operators meet it: eleven queues in different states, with tasks, attempts and an hour of statistics,
-- and text that means harm. A statement ends at a semicolon at the end of a line; those that are marked with a range
-- are repeated, with :n counting.
select taskqueue.create_queue('webhooks-out', rate => '20/s', bucket_size => 40, max_concurrent_requests => 50, target => 'hooks');
select taskqueue.create_queue('billing-sync', rate => '10/s', bucket_size => 10, max_concurrent_requests => 8);
select taskqueue.create_queue('thumbnails', rate => '50/s', bucket_size => 100, max_concurrent_requests => 32, target => 'images');
select taskqueue.create_queue('mail', rate => '5/s', bucket_size => 5, max_concurrent_requests => 10, target => 'mailer');
select taskqueue.create_queue('index-documents', mode => 'pull', retry => '{"task_retry_limit": 8}');
select taskqueue.create_queue('search-ping', rate => '500/s', bucket_size => 100, max_concurrent_requests => 40);
select taskqueue.create_queue('sms', rate => '100/m', bucket_size => 10, max_concurrent_requests => 4);
select taskqueue.create_queue('nightly-reports', rate => '20/h', bucket_size => 1, max_concurrent_requests => 2);
select taskqueue.create_queue('audit-export', mode => 'pull', retry => '{"task_retry_limit": 1}');
select taskqueue.create_queue('a-queue-with-the-longest-name-that-anybody-would-ever-dare-to-give-to-one-of-their-very-own-queues-x');
select taskqueue.create_queue('ab-test-mail');
select taskqueue.delete_queue('ab-test-mail');
/* 1..15 */ select count(*) from taskqueue.add_tasks('webhooks-out', (select jsonb_agg(jsonb_build_object(
    'url', '/hooks/' || :n * 100 + i, 'payload_json', jsonb_build_object('event', 'order.paid', 'id', 9007199254740993 + i)))
  from generate_series(1, 100) as i), transactional => false);
/* 1..4 */ select count(*) from taskqueue.add_tasks('billing-sync', (select jsonb_agg(jsonb_build_object(
    'url', '/sync/' || :n * 100 + i)) from generate_series(1, 100) as i), transactional => false);
/* 1..20 */ select count(*) from taskqueue.add_tasks('thumbnails', (select jsonb_agg(jsonb_build_object(
    'url', '/resize/' || :n * 100 + i)) from generate_series(1, 100) as i), transactional => false);
/* 1..6 */ select count(*) from taskqueue.add_tasks('mail', (select jsonb_agg(jsonb_build_object(
    'name', format('order-%s-receipt', 88000 + :n * 100 + i), 'url', '/send/receipt',
    'payload', 'to=ada%40example.com')) from generate_series(1, 100) as i), transactional => false);
select taskqueue.add('mail', name => 'hostile', method => 'PUT', url => '/<script>alert(1)</script>?x="onload=alert(2)', transactional => false,
  payload => '<img src=x onerror=alert(3)>', headers => '{"X-Note": "<b>bold</b>", "Content-Type": "text/html"}');
select taskqueue.add('mail', name => 'forgotten', url => '/x', transactional => false);
select taskqueue.delete_task('mail', 'forgotten');
select count(*) from taskqueue.add_tasks('mail', (select jsonb_agg(jsonb_build_object('url', '/send/digest', 'countdown', 600))
  from generate_series(1, 60) as i), transactional => false);
/* 1..3 */ select count(*) from taskqueue.add_tasks('index-documents', (select jsonb_agg(jsonb_build_object(
    'payload', 'document ' || :n * 100 + i, 'tag', case when i % 3 = 0 then 'reviews' else 'catalogue' end))
  from generate_series(1, 100) as i), transactional => false);
select taskqueue.add('index-documents', name => 'hostile', tag => E'\u202Egnp.exe', payload => E'\u202E<b>', transactional => false);
select count(*) from taskqueue.lease_tasks('index-documents', 40, 20);
select count(*) from taskqueue.lease_tasks('index-documents', 12, 8);
select count(*) from taskqueue.add_tasks('audit-export', (select jsonb_agg(jsonb_build_object('payload', 'row ' || i))
  from generate_series(1, 12) as i), transactional => false);
select count(*) from taskqueue.lease_tasks('audit-export', 1, 12);
select pg_sleep(1.1);
select count(*) from taskqueue.lease_tasks('audit-export', 60, 12);
select count(*) from taskqueue.add_tasks('nightly-reports', (select jsonb_agg(jsonb_build_object('url', '/report', 'countdown', 40000))
  from generate_series(1, 31) as i), transactional => false);
update taskqueue._tasks set due = due - interval '20 minutes'
  where queue_id = (select id from taskqueue._queues where name = 'thumbnails');
select taskqueue.set_target('mailer', 'https://mail.example.com', 20), taskqueue.set_target('images', 'http://images.internal:8080/tasks'),
  taskqueue.set_target('hooks', 'https://hooks.acme.example');
select taskqueue.allow_url('*.example.org'), taskqueue.allow_url('10.0.0.0/8');
select taskqueue.rotate_key('mailer', 'env:PUSH_SECRET');
select taskqueue.rotate_key('mailer', 'env:PUSH_SECRET_2');
select id from taskqueue.create_token('shop@example.com', rights => '{enqueue,read}', queues => '{mail,webhooks-*}');
select id from taskqueue.create_token('ada@example.com', rights => '{read,payload,enqueue,operate}', expires => now() + interval '90 days');
select taskqueue.update_queue('mail', rate => '8/s', bucket_size => 10, max_concurrent_requests => 12);
select taskqueue.update_queue('mail', rate => '5/s', bucket_size => 5, max_concurrent_requests => 10);
select taskqueue.pause_queue('billing-sync', 'ledger migration, INC-2291 <script>alert(4)</script>', now() + interval '88 minutes');
select taskqueue.apply_crons('{"cron": [
  {"url": "/tasks/summary", "schedule": "every monday 09:00", "timezone": "Europe/Berlin", "description": "the weekly summary"},
  {"url": "/tasks/digest", "name": "nightly", "schedule": "every day 02:30"},
  {"url": "/tasks/poll", "name": "poll", "schedule": "every 5 minutes", "description": "<i>asks</i> the bank"}]}');
select taskqueue.run_cron('nightly');
insert into taskqueue._statistics (queue_id, at, executed, enforced, started, succeeded, server_error, client_error, no_answer, tokens,
    in_flight, due, scheduled, oldest_due, tasks)
  select q.id, now() - make_interval(secs => s), v.n, v.enforced, v.n, v.n - bad, nullif(bad, 0), case when s % 97 = 0 then 1 end,
    case when s % 61 = 0 then 1 end, v.tokens, v.flight, case when s % 10 = 0 then 100 end, case when s % 10 = 0 then 0 end,
    case when s % 10 = 0 then now() - make_interval(secs => s + v.lag) end,
    case when s % 10 = 0 then greatest(0, v.base - (s / 60.0) * v.slope + 40 * sin(s / 200.0))::bigint end
  from (values ('webhooks-out', 1, 1.25::float8, 1, 0, 2, 700, 20, 1500), ('thumbnails', 6, null, 0, 100, 32, 1200, 0, 2000),
      ('mail', 5, null, 0, 3, 6, 245, -12, 600), ('search-ping', 118, null, 0, 96, 11, 1, 0, 9), ('sms', 1, null, 0, 4, 1, 2, 0, 38))
    as v(name, n, enforced, fails, tokens, flight, lag, slope, base)
  cross join generate_series(0, 3500, 2) as s
  cross join lateral (select case when s % 4 = 0 then v.fails else 0 end as bad) as f
  join taskqueue._queues as q on q.name = v.name order by s desc;
insert into taskqueue._statistics (queue_id, at, executed, succeeded, expired, due, scheduled, oldest_due, tasks)
  select q.id, now() - make_interval(secs => s), 69, 60, 1, 100, 0, now() - make_interval(secs => s + 38), 300 + (30 * sin(s / 90.0))::int
  from generate_series(0, 3500, 10) as s join taskqueue._queues as q on q.name = 'index-documents' order by s desc;
insert into taskqueue._statistics (queue_id, at, executed, lag, duration)
  select q.id, date_trunc('minute', now()) - make_interval(mins => m), 0,
    case when m > 40 then '{10,200,60,20,4,0,0,0,0,0,0,0}' else '{0,0,0,0,4,20,60,100,90,20,5,0}' end::int[],
    '{0,0,10,100,150,30,4,1,0,0,0,0}'::int[]
  from generate_series(0, 58) as m join taskqueue._queues as q on q.name in ('mail', 'thumbnails', 'webhooks-out') order by m desc;
insert into taskqueue._minute_statistics (queue_id, minute, executed, started, succeeded, server_error, lag, duration)
  select q.id, date_trunc('minute', now()) - make_interval(mins => m), 300, 300, 290 - (20 * sin(m / 300.0))::int, 10,
    '{10,200,60,20,4,0,0,0,0,0,0,0}'::bigint[], '{0,0,10,100,150,30,4,1,0,0,0,0}'::bigint[]
  from generate_series(125, 10000, 5) as m join taskqueue._queues as q on q.name in ('mail', 'thumbnails', 'webhooks-out');
insert into taskqueue._hourly_statistics (queue_id, hour, executed, started, succeeded, server_error)
  select q.id, date_trunc('hour', now(), 'UTC') - make_interval(hours => h), 18000, 18000, 17500, 500
  from generate_series(3, 168) as h join taskqueue._queues as q on q.name in ('mail', 'thumbnails', 'webhooks-out');
insert into taskqueue._attempts (queue_id, ended, attempt, status, seconds, name, reason, error, response, url)
  select q.id, now() - make_interval(secs => i * 7), 1 + i % 5, case i % 4 when 2 then 0 when 3 then 422 else 503 end, 0.6,
    format('order-%s-receipt', 88110 + i), case i % 4 when 2 then 'Connection Error' else 'App Error' end,
    case i % 4 when 2 then 'none within 30 s (dispatch deadline)' end,
    case i % 4 when 2 then null when 3 then 'recipient refused <script>alert(5)</script>' else 'upstream smtp-2: too many connections' end,
    'https://mail.example.com/send/receipt'
  from generate_series(1, 300) as i join taskqueue._queues as q on q.name in ('mail', 'webhooks-out');
update taskqueue._tasks set attempts = 4, executions = 4, last_status = 503, retry_reason = 'App Error',
  created = now() - interval '12 minutes', first_attempt = now() - interval '9 minutes', due = now() + interval '10 minutes'
  where name in ('order-88101-receipt', 'order-88102-receipt', 'order-88103-receipt');
insert into taskqueue._attempts (queue_id, ended, attempt, status, seconds, name, reason, error, response, url)
  select q.id, now() - make_interval(mins => v.ago), v.attempt, v.status, v.seconds, 'order-88101-receipt',
    case v.status when 0 then 'Connection Error' else 'App Error' end, case v.status when 0 then 'none within 30 s (dispatch deadline)' end,
    case v.status when 0 then null else 'upstream smtp-2: too many connections' end, 'https://mail.example.com/send/receipt'
  from (values (9, 1, 503, 1.2), (7, 2, 0, 30), (4, 3, 500, 0.4), (1, 4, 503, 0.9)) as v(ago, attempt, status, seconds)
  join taskqueue._queues as q on q.name = 'mail';
analyze taskqueue._tasks;
select pg_advisory_lock(taskqueue._lock_class('leader'), id) from taskqueue._queues where mode = 'push' and deleted_at is null;
select pg_advisory_lock_shared(taskqueue._lock_class('dispatcher'), 0);
