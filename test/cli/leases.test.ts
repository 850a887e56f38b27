import { beforeAll, beforeEach, expect, test } from 'vitest';
import { useDatabase } from '../support/db.ts';
import { runHere } from './command.ts';

const database = useDatabase();
const tasks = (verb: string, ...args: string[]) => runHere(['tasks', verb, 'photos', ...args]);
const leased = async (...args: string[]) => JSON.parse((await tasks('lease', ...args, '--json')).stdout);

beforeAll(async () => {
  process.env.DATABASE_URL = database.url;
  await database.pool.query(`select taskqueue.create_queue('photos', mode => 'pull'), taskqueue.create_queue('mail')`);
});
beforeEach(() => database.pool.query(`select taskqueue.purge_queue('photos')`));

const add = (task: object) =>
  database.pool.query(`select taskqueue.add_tasks('photos', $1, transactional => false)`, [JSON.stringify([task])]);

test('a lease for people: names, ends, proofs and what is text', async () => {
  await add({ name: 'text', payload: 'line 1\nline 2' });
  await add({ name: 'bytes', payload_base64: '//79AA==', tag: 'east' });
  const { code, stdout } = await tasks('lease', '--lease-seconds', '5m', '--max', '10');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^NAME +LEASED UNTIL +LEASE TOKEN +LEASES +TAG +PAYLOAD\n/);
  expect(stdout).toMatch(/^text +\d{4}-\d\d-\d\d [\d:]+[+-]\d\d:\d\d +[0-9a-f-]{36} +1 +line 1line 2$/m);
  expect(stdout).toMatch(/^bytes .* east +4 bytes$/m);
  expect(await tasks('lease')).toMatchObject({ code: 0, stdout: 'Nothing to lease in queue photos.\n' });
});

test('a lease for machines: its token renews nothing, releases once, and deletes', async () => {
  await add({ name: 'one', payload: 'häuser', tag: 'west' });
  await add({ name: 'two', payload_base64: '//79AA==', tag: 'east' });
  expect(await leased('--tag', 'east', '--max', '9')).toMatchObject([{ name: 'two', payload_base64: '//79AA==' }]);
  const [first] = await leased();
  expect(first).toMatchObject({ queue: 'photos', name: 'one', payload: 'häuser', tag: 'west', retry_count: 1 });
  const proof = ['one', '--lease-token', first.lease_token];
  expect((await tasks('release', ...proof)).stdout).toBe('Released task one; queue photos can lease it again.\n');
  expect((await tasks('release', ...proof)).code).toBe(3);
  const [second] = await leased();
  expect(second).toMatchObject({ name: 'one', retry_count: 2 });
  expect(await tasks('delete', ...proof)).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('or another worker has leased it'),
  });
  expect((await tasks('delete', 'one', '--lease-token', second.lease_token)).code).toBe(0);
  expect((await tasks('describe', 'one')).code).toBe(3);
});

test('a release that says why the task failed, and when it can be leased again, if ever', async () => {
  const attempts = async () => JSON.parse((await tasks('attempts', '--json')).stdout);
  await add({ name: 'fails', payload: 'x' });
  const proof = async () => ['fails', '--lease-token', (await leased())[0].lease_token];
  const failed = await tasks('release', ...(await proof()), '--error', '550 no such user');
  expect(failed.stdout).toBe('Released task fails; queue photos can lease it again.\n');
  expect(await attempts()).toMatchObject([{ name: 'fails', attempt: 1, error: '550 no such user' }]);
  const later = await tasks('release', ...(await proof()), '--error', 'busy', '--retry-after', '5m');
  expect(later.stdout).toBe('Released task fails; queue photos can lease it again in 5m.\n');
  expect(await leased()).toEqual([]);
  await database.pool.query(`update taskqueue._tasks set due = now() where name = 'fails'`);
  const dead = await tasks('release', ...(await proof()), '--error', 'no such order', '--permanent');
  expect(dead.stdout).toBe('Task fails of queue photos is dead.\n');
  expect(JSON.parse((await tasks('dead', '--json')).stdout)).toMatchObject([{ name: 'fails', error: 'no such order' }]);
});

test.each([
  [2, ['release', 'photos', 'one', '--lease-token', '6f0b1c0a-0000-4000-8000-000000000000', '--permanent']],
  [2, ['lease', 'photos', '--max', '1001']],
  [2, ['lease', 'photos', '--lease-seconds', '8d']],
  [2, ['release', 'photos', 'one', '--lease-token', 'abc']],
  [2, ['release', 'photos', 'one']],
  [3, ['lease', 'mail']],
  [3, ['lease', 'nowhere']],
])('exit code %i: tasks %j', async (code, args) => {
  expect((await runHere(['tasks', ...args])).code).toBe(code);
});
