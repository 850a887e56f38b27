// A database of an earlier release, with data, is the same after its migration as a new one in every signature, column,
// right and comment, and its data is intact.

import { once } from 'node:events';
import { expect, test } from 'vitest';
import { migrate } from '../../src/schema/migrate/migrate.ts';
import { bareDatabase } from '../support/bare-database.ts';
import { unpackBaseline } from '../support/baseline.ts';
import { useDatabase } from '../support/db.ts';
import { differences, readCatalogue } from '../support/schema-catalogue.ts';

const baseline = unpackBaseline();
const fresh = useDatabase();

const DATA = [
  `select taskqueue.create_queue('pull', mode => 'pull', retry => '{"task_retry_limit": 1}')`,
  `select taskqueue.create_queue('gone'), taskqueue.set_target('default', 'http://localhost:1'), taskqueue.allow_url('*')`,
  `select taskqueue.rotate_key('default', 'env:SECRET'), taskqueue.create_token('a@example.com')`,
  `select taskqueue.apply_crons('{"cron": [{"url": "/a", "schedule": "every day 09:00"}]}')`,
  `select taskqueue.add(name => 'named', payload_json => '{}', transactional => false)`,
  `select taskqueue.add_tasks('pull', '[{"payload": "a", "tag": "t"}, {"payload": "b"}, {"payload": "c"}]')`,
  `select count(*) from taskqueue.lease_tasks('pull', 0, 3)`,
  `select count(*) from taskqueue.lease_tasks('pull', 60, 3)`,
  `select taskqueue.add('gone'); select taskqueue.delete_queue('gone')`,
  `select taskqueue.delete_task('default', 'named')`,
  `select count(*) from taskqueue.claim_tasks('default', 10)`,
];

test('an upgraded schema equals a new one, and its data is intact', async () => {
  const upgraded = await bareDatabase();
  const [code] = await once(baseline.start(['migrate'], { DATABASE_URL: upgraded.url }), 'exit');
  expect(code).toBe(0);
  for (const statement of DATA) await upgraded.query(statement);
  await migrate(upgraded.url);
  const catalogue = await readCatalogue(fresh.pool);
  expect(catalogue.length).toBeGreaterThan(1000);
  expect(differences(await readCatalogue(upgraded), catalogue)).toEqual([]);
  expect((await upgraded.query('select * from taskqueue.verify()')).rows).toEqual([]);
  const { rows } = await upgraded.query('select name, tasks from taskqueue.queues order by name');
  expect(rows).toMatchObject([{ name: 'cron' }, { name: 'default', tasks: '0' }, { name: 'pull' }]);
});

test.each([
  ['an overload', 'create function taskqueue.pause_queue(queue integer) returns void language sql as $$ $$'],
  ['a function that should be gone', 'create function taskqueue._gone() returns void language sql as $$ $$'],
  ['a comment', `comment on column taskqueue.tasks.name is 'x'`],
  ['a right', 'grant select on taskqueue.tasks to taskqueue_enqueuer'],
  ['a column', 'alter table taskqueue._tasks add column later integer'],
  ['an attribute of a type', 'alter type taskqueue.task add attribute later integer'],
  ['an index', 'create index later on taskqueue._tasks (created)'],
  ['a setting of a function', `alter function taskqueue.pause_queue set jit = off`],
])('the comparison can fail: %s', async (_, statement) => {
  const before = await readCatalogue(fresh.pool);
  const client = await fresh.client();
  await client.query(`begin; ${statement}`);
  expect(differences(before, await readCatalogue(client))).not.toEqual([]);
  await client.query('rollback');
});
