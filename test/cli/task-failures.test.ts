import { beforeAll, expect, test } from 'vitest';
import { useDatabase } from '../support/db.ts';
import { type Ran, runHere } from './command.ts';

const database = useDatabase();
const tasks = (...args: string[]): Promise<Ran> => runHere(['tasks', ...args, '--queue', 'mail']);

beforeAll(async () => {
  process.env.DATABASE_URL = database.url;
  await database.pool.query(
    `select taskqueue.create_queue('mail', rate => '500/s', bucket_size => 100, retry => '{"task_retry_limit": 0}')`,
  );
});

/** Adds tasks whose only attempt fails. */
async function die(count: number): Promise<void> {
  const all = JSON.stringify(Array.from({ length: count }, (_, i) => ({ name: `letter-${i}` })));
  await database.pool.query(`select taskqueue.add_tasks('mail', $1, transactional => false)`, [all]);
  await database.pool.query(
    `select f.*, taskqueue.record_attempts(jsonb_build_array(jsonb_build_object('queue', 'mail', 'name', c.name, 'attempt', 1, 'status', 422, 'seconds', 0.25,
       'reason', 'App Error', 'response', E'no such\\u001b[2J address\\nsecond line')))
     from taskqueue.claim_tasks('mail', 100) as c, taskqueue.fail_task('mail', c.id, c.lease_token, 422, 'App Error', true, false) as f`,
  );
}

test('nothing has failed yet', async () => {
  expect(await tasks('dead')).toMatchObject({ code: 0, stdout: 'No dead tasks in queue mail.\n' });
  expect(await tasks('attempts')).toMatchObject({ code: 0, stdout: 'No attempt in queue mail has failed.\n' });
  expect((await runHere(['tasks', 'dead', '--queue', 'nowhere'])).code).toBe(3);
});

test('dead tasks and their attempts say why; one is put back, then all', async () => {
  await die(30);
  const dead = await tasks('dead', '--limit', '5');
  expect(dead.stdout.split('\n')).toHaveLength(7);
  expect(dead.stdout).toMatch(/^letter-\d+ .* 1 +422 +App Error +no such.*address +in /m);
  for (const hidden of ['\u001b', 'second line']) expect(dead.stdout).not.toContain(hidden);
  expect((await tasks('attempts', 'letter-7')).stdout).toMatch(/^letter-7 +1 .* 0\.250 s +422 +App Error +no such/m);
  expect((await tasks('requeue', 'letter-7')).stdout).toBe('Task letter-7 is back in queue mail.\n');
  expect((await tasks('requeue', 'letter-7')).code).toBe(3);
  expect(await tasks('requeue', '--all')).toMatchObject({ code: 0, stdout: '29 dead tasks are back in queue mail.\n' });
  expect(JSON.parse((await tasks('requeue', '--all', '--json')).stdout)).toEqual({ queue: 'mail', requeued: 0 });
});

test.each([[[]], [['letter-1', '--all']]])('requeue %j: a name or --all', async (args) => {
  expect((await tasks('requeue', ...args)).code).toBe(2);
});
