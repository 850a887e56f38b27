import { beforeAll, describe, expect, test } from 'vitest';
import { useDatabase } from '../support/db.ts';
import { type Ran, runHere } from './command.ts';

const database = useDatabase();
beforeAll(() => {
  process.env.DATABASE_URL = database.url; // for what runs here
});

const queues = (...args: string[]): Promise<Ran> => runHere(['queues', ...args]);
const json = async (...args: string[]) => JSON.parse((await queues('--json', ...args)).stdout);

test('a queue from its making to its end', async () => {
  const made = await queues('create', 'mail', '--rate', '50/s', '--bucket-size', '20', '--target', 'mailer');
  expect(made).toEqual({ code: 0, stdout: 'Created push queue mail.\n', stderr: '' });

  const listed = await queues('list');
  expect(listed.stdout).toMatch(/^NAME +MODE +RATE/);
  expect(listed.stdout).toMatch(/^mail +push +50\/s +20 +1000 +0 .*no dispatcher$/m);
  expect(listed.stdout).toMatch(/^default +push +5\/s +5 +1000/m);

  await queues('update', 'mail', '--rate', '10/m', '--task-retry-limit', '3');
  await queues('update', 'mail', '--min-backoff-seconds', '2', '--task-age-limit', '2d');
  expect(await json('describe', 'mail')).toMatchObject({
    name: 'mail',
    rate: '10/m',
    bucket_size: 20,
    target: 'mailer',
    retry: { task_retry_limit: 3, min_backoff_seconds: 2, task_age_limit: 172_800 },
    state: 'running',
  });

  expect((await queues('delete', 'mail', '--yes')).stdout).toBe('Deleted queue mail and its 0 tasks.\n');
  expect((await queues('describe', 'mail')).code).toBe(3);
});

test('pausing says why and for how long, and resuming ends it', async () => {
  await queues('create', 'slow');
  const paused = await json('pause', 'slow', '--reason', 'provider is down', '--for', '30m');
  expect(paused).toMatchObject({ state: 'paused', paused_reason: 'provider is down' });
  const minutes = (Date.parse(paused.paused_until) - Date.now()) / 60_000;
  expect(minutes).toBeGreaterThan(29);
  expect(minutes).toBeLessThan(31);
  expect((await queues('list')).stdout).toMatch(/^slow .*paused \(30 min left\): provider is down$/m);
  expect((await queues('pause', 'slow')).code).toBe(0);
  expect((await queues('resume', 'slow')).stdout).toBe('Resumed queue slow.\n');
  expect(await json('describe', 'slow')).toMatchObject({ state: 'running', paused_reason: null });
});

test('what a reason holds cannot steer the terminal', async () => {
  await queues('create', 'odd');
  await queues('pause', 'odd', '--reason', '\u001b[31mred\u001b[0m');
  for (const args of [['list'], ['describe', 'odd'], ['list', '--json']]) {
    expect((await queues(...args)).stdout).not.toContain('\u001b');
  }
});

describe('destroying needs --yes where there is no terminal to ask at', () => {
  test('purge', async () => {
    await queues('create', 'full');
    await database.pool.query("select from taskqueue.add_tasks('full', '[{}, {}, {}]', transactional => false)");
    const refused = await queues('purge', 'full');
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toContain('--yes');
    expect(await json('describe', 'full')).toMatchObject({ tasks: 3 });
    expect(await json('purge', 'full', '--yes')).toEqual({ name: 'full', tasks: 3 });
    expect(await json('describe', 'full')).toMatchObject({ tasks: 0 });
  });

  test('delete', async () => {
    await queues('create', 'kept');
    expect((await queues('delete', 'kept')).code).toBe(2);
    expect((await queues('describe', 'kept')).code).toBe(0);
  });
});

test.each([
  [3, 'an unknown queue', ['describe', 'nowhere'], 'nowhere'],
  [3, 'an unknown queue to pause', ['pause', 'nowhere'], 'nowhere'],
  [3, 'a queue that exists', ['create', 'default'], 'default'],
  [2, 'a name that is none', ['create', 'no_underscores'], 'no_underscores'],
  [2, 'a name like an option', ['create', '--', '-x/'], '-x/'],
  [2, 'a rate that is none', ['create', 'q', '--rate', '5/x'], '5/x'],
  [2, 'a rate beyond the limit', ['create', 'q', '--rate', '501/s'], '501/s'],
  [2, 'a bucket beyond the limit', ['create', 'q', '--bucket-size', '501'], '501'],
  [2, 'a rate for a pull queue', ['create', 'q', '--mode', 'pull', '--rate', '6/s'], '--rate'],
  [2, 'a negative retry limit', ['create', 'q', '--task-retry-limit=-1'], 'task_retry_limit'],
])('%i: %s', async (code, _, args, message) => {
  const ran = await runHere(['--json', 'queues', ...args]);
  expect(ran.code).toBe(code);
  expect(ran.stderr).toContain(message);
  expect(ran.stderr).not.toMatch(/\n\s+at /);
  expect(JSON.parse(ran.stdout).error).toMatchObject({
    message: expect.stringContaining(message),
  });
});
