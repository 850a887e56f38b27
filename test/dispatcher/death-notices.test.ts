// Dispatchers add the notices of dead tasks: of those they buried themselves, and of those that lease calls buried.
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { nextName } from '../support/names.ts';
import { useDispatchers } from './harness.ts';

const harness = useDispatchers();
const NEVER = { retry: '{"task_retry_limit": 0}' };

test('a push task that dies is noticed at the handler that its queue names', async () => {
  const [work, ops] = [nextName('work'), nextName('ops')];
  await harness.createQueue(ops);
  await harness.createQueue(work, { ...NEVER, on_dead: JSON.stringify({ queue: ops, url: '/dead' }) });
  harness.target.answer(({ url }) => (url === '/dead' ? 200 : { status: 500, body: 'no paper' }));
  await harness.dispatcher().start();
  const name = await harness.add(work, { url: '/print' });
  const notice = await eventually(async () => {
    const found = harness.target.requests.find(({ url }) => url === '/dead');
    expect(found).toBeDefined();
    return found;
  });
  expect(notice?.headers['taskqueue-notice']).toBe('death');
  expect(JSON.parse(String(notice?.body))).toMatchObject({
    queue: work,
    name,
    reason: 'App Error',
    last_status: 500,
    error: 'no paper',
    retry_count: 1,
  });
});

test('so is a pull task that a lease call buries', async () => {
  const [work, ops] = [nextName('pulled'), nextName('ops')];
  const { pool } = harness.database;
  await harness.createQueue(ops);
  await pool.query(
    `select taskqueue.create_queue($1, mode => 'pull', retry => '{"task_retry_limit": 1}', on_dead => $2)`,
    [work, JSON.stringify({ queue: ops, url: '/dead' })],
  );
  await harness.dispatcher().start();
  await pool.query(`select taskqueue.add($1, payload => 'x')`, [work]);
  for (let n = 0; n < 2; n++) await pool.query('select * from taskqueue.lease_tasks($1, 0)', [work]);
  await eventually(async () => expect(harness.target.requests.map(({ url }) => url)).toContain('/dead'));
});
