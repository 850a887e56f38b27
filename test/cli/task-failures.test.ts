import { beforeAll, expect, test } from 'vitest';
import { useDatabase } from '../support/db.ts';
import { type Ran, runHere } from './command.ts';

const database = useDatabase();
const tasks = (verb: string, ...args: string[]): Promise<Ran> => runHere(['tasks', verb, 'mail', ...args]);

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
  expect(await tasks('attempts')).toMatchObject({ code: 0, stdout: 'No failed attempts in queue mail.\n' });
  expect((await runHere(['tasks', 'dead'])).stdout).toBe('No dead tasks.\n');
  expect((await runHere(['tasks', 'attempts'])).stdout).toBe('No failed attempts.\n');
  expect((await runHere(['tasks', 'dead', 'nowhere'])).code).toBe(3);
});

test('dead tasks and their attempts say why; one is put back, then all', async () => {
  await die(30);
  const dead = await tasks('dead', '--limit', '5');
  expect(dead.stdout.split('\n')).toHaveLength(7);
  expect(dead.stdout).toMatch(/^letter-\d+ .* 1 +422 +App Error +no such.*address +in /m);
  for (const hidden of ['\u001b', 'second line']) expect(dead.stdout).not.toContain(hidden);
  expect((await tasks('attempts', 'letter-7')).stdout).toMatch(/^ +1 .* 250ms +422 +App Error +no such/m);
  expect((await runHere(['tasks', 'dead', '--limit', '1'])).stdout).toMatch(/^QUEUE +NAME.*\nmail +letter-\d+ /);
  expect((await runHere(['tasks', 'attempts', '--limit', '1'])).stdout).toMatch(/^QUEUE +NAME.*\nmail +letter-\d+ /);
  expect((await tasks('requeue', 'letter-7')).stdout).toBe('Requeued task letter-7 in queue mail.\n');
  expect((await tasks('requeue', 'letter-7')).code).toBe(3);
  expect(await tasks('requeue', '--all')).toMatchObject({ code: 0, stdout: 'Requeued 29 dead tasks of queue mail.\n' });
  expect(JSON.parse((await tasks('requeue', '--all', '--json')).stdout)).toEqual({ queue: 'mail', requeued: 0 });
});

test.each([[[]], [['letter-1', '--all']]])('requeue %j: a name or --all', async (args) => {
  expect((await tasks('requeue', ...args)).code).toBe(2);
});
