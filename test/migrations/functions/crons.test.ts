// Cron entries in the database: what applying a file does, and that a moment's task is added once.
import { beforeEach, expect, test } from 'vitest';
import { movableClock } from '../../../src/testing/movable-clock.ts';
import { useDatabase } from '../../support/db.ts';
import { refusalCode, rows, value } from '../../support/sql.ts';

const db = useDatabase();

beforeEach(async () => {
  await db.pool.query(`delete from taskqueue._crons; delete from taskqueue._tasks; delete from taskqueue._names`);
});

const apply = (cron: object[], options = '') =>
  rows(db.pool, `select * from taskqueue.apply_crons($1${options})`, [JSON.stringify({ cron })]);
const crons = () => rows(db.pool, 'select * from taskqueue.crons order by name');
const report = { url: '/report', schedule: 'every day 09:00' };

test('entries are made, changed and removed, and the queue of requests with the first', async () => {
  expect(await apply([report, { ...report, schedule: 'every day 10:00' }])).toEqual([
    { cron: null, change: 'create', setting: 'queue', before: null, after: 'cron' },
    { cron: 'report', change: 'create', setting: 'schedule', before: null, after: 'every day 09:00' },
    { cron: 'report', change: 'create', setting: 'timezone', before: null, after: 'UTC' },
    { cron: 'report', change: 'create', setting: 'url', before: null, after: '/report' },
    { cron: 'report-2', change: 'create', setting: 'schedule', before: null, after: 'every day 10:00' },
    { cron: 'report-2', change: 'create', setting: 'timezone', before: null, after: 'UTC' },
    { cron: 'report-2', change: 'create', setting: 'url', before: null, after: '/report' },
  ]);
  expect(await apply([{ ...report, timezone: 'Asia/Tokyo' }])).toEqual([
    { cron: 'report', change: 'change', setting: 'timezone', before: 'UTC', after: 'Asia/Tokyo' },
    { cron: 'report-2', change: 'remove', setting: 'schedule', before: 'every day 10:00', after: null },
  ]);
  expect(await crons()).toMatchObject([
    { name: 'report', queue: 'cron', calls_url: true, timezone: 'Asia/Tokyo', state: 'running', next_run: null },
  ]);
  const acts = `select act, object from taskqueue.audit where object like 'cron %' order by id desc limit 2`;
  expect(await rows(db.pool, acts)).toEqual([
    { act: 'remove', object: 'cron report-2' },
    { act: 'change', object: 'cron report' },
  ]);
});

test('an entry that stays the same keeps its next run; one that changes does not', async () => {
  await apply([report]);
  await db.pool.query(`select taskqueue.plan_cron(id, '2099-01-01 00:00Z') from taskqueue._crons`);
  expect(await apply([{ timezone: 'UTC', ...report }])).toEqual([]);
  expect(await crons()).toMatchObject([{ next_run: new Date('2099-01-01T00:00:00Z') }]);
  await apply([{ ...report, description: 'x' }]);
  expect(await crons()).toMatchObject([{ next_run: null }]);
});

test('a dry run says the same and does nothing; what is not what was approved is refused', async () => {
  const plan = await apply([report], ', dry_run => true');
  expect(await crons()).toEqual([]);
  const approve = `select * from taskqueue.apply_crons($1, approved => $2)`;
  const config = JSON.stringify({ cron: [report] });
  await apply([{ ...report, schedule: 'every day 10:00' }]);
  expect(await refusalCode(db.pool.query(approve, [config, JSON.stringify(plan)]))).toBe('TQ013');
  await apply([]);
  expect(
    await rows(db.pool, approve, [config, JSON.stringify(await apply([report], ', dry_run => true'))]),
  ).toHaveLength(3);
});

test.each([
  ['no list', '{}', 'TQ013'],
  ['an unknown key', '{"cron": [{"url": "/a", "schedule": "x", "colour": "red"}]}', 'TQ013'],
  [
    'a name twice',
    '{"cron": [{"name": "a", "url": "/a", "schedule": "x"}, {"name": "a", "url": "/b", "schedule": "x"}]}',
    'TQ013',
  ],
  ['no url', '{"cron": [{"schedule": "x"}]}', 'TQ013'],
  ['a zone that is none', '{"cron": [{"url": "/a", "schedule": "x", "timezone": "Mars/Base"}]}', 'TQ013'],
  ...['CEST', 'FOO3', '<x>5', '+01:00', 'localtime', 'posixrules', ''].map((zone): [string, string, string] => [
    `a zone that PostgreSQL alone knows: ${zone}`,
    JSON.stringify({ cron: [{ url: '/a', schedule: 'x', timezone: zone }] }),
    'TQ013',
  ]),
  ['an unknown queue', '{"cron": [{"queue": "nowhere", "schedule": "x"}]}', 'TQ001'],
  [
    'retry parameters that can’t be',
    '{"cron": [{"url": "/a", "schedule": "x", "retry_parameters": {"max_doublings": -1}}]}',
    'TQ105',
  ],
  ['a short deadline', '{"cron": [{"url": "/a", "schedule": "x", "attempt_deadline": "3s"}]}', 'TQ029'],
])('%s is refused, and nothing is changed', async (_, config, code) => {
  await apply([report]);
  expect(await refusalCode(db.pool.query('select taskqueue.apply_crons($1)', [config]))).toBe(code);
  expect(await crons()).toMatchObject([{ name: 'report' }]);
});

test('a request carries the header of cron, which no user can give a task', async () => {
  await apply([report]);
  await db.pool.query(`select taskqueue.run_cron('report')`);
  await db.pool.query(`select taskqueue.add(url => '/a', headers => '{"X-Appengine-Cron": "true", "x": "1"}')`);
  await db.pool.query(
    `select * from taskqueue.add_tasks('default', '[{"url": "/a", "headers": {"x-appengine-CRON": "true"}}]')`,
  );
  const sent = await rows(
    db.pool,
    `select queue, method, headers from taskqueue.claim_tasks('cron', 9) union all select queue, method, headers from taskqueue.claim_tasks('default', 9)`,
  );
  expect(sent).toEqual([
    { queue: 'cron', method: 'GET', headers: { 'x-appengine-cron': 'true' } },
    { queue: 'default', method: 'POST', headers: { x: '1' } },
    { queue: 'default', method: 'POST', headers: null },
  ]);
});

test('without retry parameters a request is tried once; a block that is empty has App Engine’s', async () => {
  await apply([
    { ...report, name: 'once' },
    { ...report, name: 'again', retry_parameters: { job_age_limit: '1h' } },
  ]);
  await db.pool.query(`select taskqueue.run_cron(name) from taskqueue.crons`);
  const retries = `select split_part(name, '-', 1) as name, (retry).task_retry_limit as limit, (retry).task_age_limit as age from taskqueue._tasks order by 1`;
  expect(await rows(db.pool, retries)).toEqual([
    { name: 'again', limit: 5, age: 3600 },
    { name: 'once', limit: 0, age: null },
  ]);
});

test('an entry with a queue adds a task to it, with a payload and without the header', async () => {
  await db.pool.query(`select taskqueue.create_queue('work', mode => 'pull')`);
  await apply([
    { queue: 'work', name: 'leased', schedule: 'every day 09:00', payload: 'go', tag: 't' },
    { queue: 'default', name: 'pushed', url: '/x', schedule: 'every day 09:00', payload: 'body' },
  ]);
  await db.pool.query(`select taskqueue.run_cron(name) from taskqueue.crons`);
  expect(
    await rows(db.pool, `select convert_from(payload, 'UTF8') as payload, tag from taskqueue.lease_tasks('work', 9)`),
  ).toEqual([{ payload: 'go', tag: 't' }]);
  expect(
    await rows(
      db.pool,
      `select method, url, headers ->> 'x-appengine-cron' as cron from taskqueue.claim_tasks('default', 9)`,
    ),
  ).toEqual([{ method: 'POST', url: '/x', cron: null }]);
});

test('of ten that fire one moment concurrently, one adds its task', async () => {
  await apply([report]);
  const moment = '2020-01-01 00:00Z';
  await apply([{ ...report, catch_up: true }]);
  await db.pool.query(`select taskqueue.plan_cron(id, $1) from taskqueue._crons`, [moment]);
  const fire = `select taskqueue.fire_cron(id, $1, false, '2099-01-01') as fired from taskqueue._crons`;
  const fired = await Promise.all(Array.from({ length: 10 }, () => value(db.pool, fire, [moment])));
  expect(fired.filter((one) => one === 'added')).toHaveLength(1);
  expect(fired.filter((one) => one === 'gone')).toHaveLength(9);
  expect(await rows(db.pool, `select name from taskqueue.tasks`)).toEqual([{ name: 'report-20200101T000000Z' }]);
});

test('an entry whose queue is gone says so, and goes on to its next moment', async () => {
  await db.pool.query(`select taskqueue.create_queue('passing')`);
  await apply([{ queue: 'passing', schedule: 'every day 09:00', catch_up: true }]);
  await db.pool.query(`select taskqueue.delete_queue('passing')`);
  await db.pool.query(`select taskqueue.plan_cron(id, '2020-01-01') from taskqueue._crons`);
  expect(
    await value(db.pool, `select taskqueue.fire_cron(id, '2020-01-01', false, '2099-01-01') from taskqueue._crons`),
  ).toBe('failed');
  expect(await crons()).toMatchObject([
    { state: 'no queue', problem: expect.stringContaining('passing'), next_run: new Date('2099-01-01') },
  ]);
  expect(await refusalCode(db.pool.query(`select taskqueue.run_cron('passing')`))).toBe('TQ015');
  expect(await refusalCode(db.pool.query(`select taskqueue.run_cron('nothing')`))).toBe('TQ014');
});

test('how the last run ended: its task is gone, or among the dead', async () => {
  const clock = await movableClock(db.pool);
  await apply([report]);
  const result = () => value(db.pool, 'select last_result from taskqueue.crons');
  expect(await result()).toBeNull();
  await db.pool.query(`select taskqueue.run_cron('report')`);
  expect(await result()).toBe('running');
  await db.pool.query(
    `with claimed as (select * from taskqueue.claim_tasks('cron', 1)) select f.* from claimed as c, taskqueue.fail_task('cron', c.id, c.lease_token, 500, 'App Error', true, false) as f`,
  );
  expect(await result()).toBe('failed');
  await db.pool.query(`select taskqueue.run_cron('report')`);
  await clock.advance(1);
  await db.pool.query(
    `with claimed as (select * from taskqueue.claim_tasks('cron', 1)) select taskqueue.complete_tasks('cron', array[c.id], array[c.lease_token]) from claimed as c`,
  );
  await clock.advance(60);
  await db.pool.query('select taskqueue.due_crons()');
  expect(await rows(db.pool, 'select last_result, (since - last_run)::text as took from taskqueue.crons')).toEqual([
    { last_result: 'succeeded', took: '00:00:01' },
  ]);
});
