// `tasks describe`: everything there is to see of a task, live, failing or dead.
import { beforeAll, expect, test } from 'vitest';
import { useDatabase } from '../support/db.ts';
import { runHere } from './command.ts';

const database = useDatabase();
const describe = (...args: string[]) => runHere(['tasks', 'describe', ...args]);
const json = async (...args: string[]) => JSON.parse((await describe(...args, '--json')).stdout);

beforeAll(async () => {
  process.env.DATABASE_URL = database.url;
  await database.pool.query(
    `select taskqueue.create_queue('mail', rate => '500/s', retry => '{"task_retry_limit": 0, "max_doublings": 3}'),
            taskqueue.create_queue('pull', mode => 'pull')`,
  );
});

/** Adds a task and lets its only attempt fail. */
async function die(name: string): Promise<void> {
  await database.pool.query(
    `select taskqueue.add('mail', url => '/send', name => $1, payload_json => '{"to": "ada"}', headers => '{"x-one": "1"}', transactional => false)`,
    [name],
  );
  await database.pool.query(
    `select f.*, taskqueue.record_attempts(jsonb_build_array(jsonb_build_object('queue', 'mail', 'name', c.name, 'attempt', 1, 'status', 422,
       'seconds', 0.25, 'reason', 'App Error', 'response', E'no such\\u001b[2J address\\nsecond line')))
     from taskqueue.claim_tasks('mail', 100) as c, taskqueue.fail_task('mail', c.id, c.lease_token, 422, 'App Error', true, false) as f`,
  );
}

test('a live task: headers, deadline, retry options of its own, and on demand its body', async () => {
  await database.pool.query(
    `select taskqueue.add('mail', url => '/send', name => 'letter', payload => 'dear ada', headers => '{"x-one": "1", "x-two": "2"}', countdown => 3600,
       dispatch_deadline => 90, retry => '{"task_retry_limit": 5, "task_age_limit": 86400}', transactional => false)`,
  );
  const { code, stdout } = await describe('mail', 'letter');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^eta +\d{4}-\d\d-\d\d [\d:]+[+-]\d\d:\d\d \(in (1h|59m5\ds)\)$/m);
  expect(stdout).toMatch(/^headers +x-one: 1\n +x-two: 2\n +content-type: text\/plain; charset=utf-8$/m);
  expect(stdout).toMatch(/^dispatch deadline +1m30s$/m);
  expect(stdout).toMatch(
    /^retry options +task_retry_limit 5, task_age_limit 1d, min_backoff 100ms, max_backoff 1h, max_doublings 16 \(its own\)$/m,
  );
  expect(stdout).not.toContain('dear ada');
  expect((await describe('mail', 'letter', '--payload')).stdout).toMatch(/^payload +dear ada$/m);
  expect(await json('mail', 'letter', '--payload')).toMatchObject({
    state: 'scheduled',
    headers: { 'x-one': '1' },
    dispatch_deadline: 90,
    own_retry_options: true,
    retry_options: { task_retry_limit: 5 },
    attempts: [],
    payload: 'dear ada',
  });
});

test('a dead task: why it died, its attempts and its body', async () => {
  await die('lost');
  const { code, stdout } = await describe('mail', 'lost', '--payload');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^state +dead$/m);
  expect(stdout).toMatch(/^reason +App Error$/m);
  expect(stdout).toMatch(/^attempts +1: 422 App Error, (now|\ds ago), took 250ms: no such\[2J address$/m);
  expect(stdout).toMatch(/^retry options +task_retry_limit 0, .*max_doublings 3 \(the queue’s\)$/m);
  expect(stdout).toMatch(/^headers +x-one: 1\n +content-type: application\/json$/m);
  expect(stdout).toMatch(/^payload +\{"to": "ada"\}$/m);
  expect(stdout).not.toContain('\u001b');
  expect(await json('mail', 'lost')).toMatchObject({ state: 'dead', reason: 'App Error', attempts: [{ status: 422 }] });
});

test('a pull task has no headers and no deadline', async () => {
  await database.pool.query(
    `select taskqueue.add('pull', name => 'photo', payload_bytes => '\\xff00', transactional => false)`,
  );
  const { stdout } = await describe('pull', 'photo', '--payload');
  expect(stdout).toMatch(/^payload +base64 \/wA=$/m);
  expect(stdout).not.toMatch(/headers|dispatch deadline/);
});

test('no such task', async () => {
  expect(await describe('mail', 'never')).toMatchObject({
    code: 3,
    stdout: '',
    stderr: expect.stringContaining('pgtaskqueue tasks list mail'),
  });
});

test('without the right to read payloads the rest is shown', async () => {
  const url = new URL(database.url);
  url.searchParams.set('options', '-c role=taskqueue_viewer');
  const viewing = (...args: string[]) => describe('mail', 'letter', '--database-url', url.toString(), ...args);
  const { code, stdout } = await viewing();
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^state +scheduled$/m)]);
  expect(stdout).not.toContain('headers');
  expect((await viewing('--payload')).code).toBe(1);
});
