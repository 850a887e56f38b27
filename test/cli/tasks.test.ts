import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { useDatabase } from '../support/db.ts';
import { temporaryFolder } from '../support/folder.ts';
import { type Ran, runHere } from './command.ts';

const database = useDatabase();

const command = (...args: string[]): Promise<Ran> => runHere(args);
const tasks = (...args: string[]) => command('tasks', ...args);
const json = async (...args: string[]) => JSON.parse((await tasks(...args, '--json')).stdout);

beforeAll(async () => {
  process.env.DATABASE_URL = database.url; // for what runs here
  await database.pool.query("select taskqueue.create_queue('mail'), taskqueue.create_queue('pull', mode => 'pull')");
});

test('a task from its adding to its end', async () => {
  const added = await tasks('add', 'mail', '--url', '/send', '--name', 'receipt-7', '--countdown', '1h');
  expect(added).toMatchObject({ code: 0, stderr: '' });
  expect(added.stdout).toMatch(/^Added task receipt-7 to queue mail, due in 1h\.\n$/);

  expect((await tasks('list', 'mail')).stdout).toMatch(/^receipt-7 +scheduled +in .* POST +\/send/m);
  expect(await json('describe', 'mail', 'receipt-7')).toMatchObject({
    queue: 'mail',
    name: 'receipt-7',
    state: 'scheduled',
    method: 'POST',
    url: '/send',
    retry_count: 0,
  });
  expect((await tasks('run', 'mail', 'receipt-7')).stdout).toBe('Task receipt-7 will be sent now.\n');
  expect((await tasks('delete', 'mail', 'receipt-7')).code).toBe(0);
  expect((await tasks('describe', 'mail', 'receipt-7')).code).toBe(3);
  expect((await tasks('delete', 'mail', 'receipt-7')).code).toBe(3);
});

test('--queue in place of the first argument works as it did', async () => {
  const { name } = await json('add', '--queue', 'mail', '--countdown', '1h');
  expect(await json('describe', name, '--queue', 'mail')).toMatchObject({ queue: 'mail', name });
  expect((await tasks('list', '--queue', 'mail', '--json')).stdout).toContain(name);
  expect((await tasks('delete', '--queue', 'mail', name)).stdout).toBe(`Deleted task ${name} from queue mail.\n`);
});

test('a queue whose name is misspelt', async () => {
  expect(await tasks('list', 'mial')).toMatchObject({
    code: 3,
    stderr: 'pgtaskqueue: there is no queue mial\nDid you mean mail? List all queues: pgtaskqueue queues list\n',
  });
  expect((await tasks('list', 'photographs')).stderr).toContain('Create it: pgtaskqueue queues create photographs');
});

test('a pull task has a payload and a tag', async () => {
  const { name } = await json('add', 'pull', '--payload', 'sunrise.jpg', '--tag', 'east');
  expect(await json('describe', 'pull', name)).toMatchObject({ method: 'PULL', tag: 'east', state: 'due' });
  const { rows } = await database.pool.query("select payload, tag from taskqueue.lease_tasks('pull', 60)");
  expect(rows).toEqual([{ payload: Buffer.from('sunrise.jpg'), tag: 'east' }]);
  expect(await json('describe', 'pull', name)).toMatchObject({ state: 'leased', retry_count: 1 });
});

test('a body as a form, or as the bytes of a file', async () => {
  const bodyOf = async (...args: string[]) => {
    const { name } = await json('add', 'mail', '--countdown', '1h', ...args);
    return json('describe', 'mail', name, '--payload');
  };
  expect(await bodyOf('--param', 'to=ada', '--param', 'to=bob', '--param', 'n=a=b')).toMatchObject({
    payload: 'n=a%3Db&to=ada&to=bob',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  const file = path.join(temporaryFolder(), 'image');
  writeFileSync(file, Buffer.from([0xff, 0xfe, 0x00]));
  expect(await bodyOf('--payload-file', file)).toMatchObject({ payload_base64: '//4A' });
  expect(await tasks('add', 'mail', '--payload-file', `${file}.none`)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('cannot read'),
  });
});

test('a list is as long as asked for, and an empty one says so', async () => {
  await database.pool.query("select taskqueue.create_queue('many'), taskqueue.create_queue('none')");
  await database.pool.query(`select from taskqueue.add_tasks('many', '[{},{},{},{},{}]', transactional => false)`);
  expect(await json('list', 'many', '--limit', '2')).toHaveLength(2);
  expect(await json('list', 'many')).toHaveLength(5);
  expect((await tasks('list', 'none')).stdout).toBe('No tasks in queue none.\n');
  expect(await json('list', 'none')).toEqual([]);
});

describe('refusals', () => {
  test('a name is taken once, while the task lives and after it', async () => {
    const add = () => tasks('add', 'mail', '--name', 'once', '--countdown', '60');
    expect((await add()).code).toBe(0);
    expect(await add()).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('once') });
    await tasks('delete', 'mail', 'once');
    expect((await add()).code).toBe(3);
  });

  test.each([
    [3, 'an unknown queue', ['add', 'nowhere'], 'nowhere'],
    [3, 'the tasks of an unknown queue', ['list', 'nowhere'], 'nowhere'],
    [3, 'running a task that is not there', ['run', 'mail', 'x'], 'x'],
    [3, 'running a pull task', ['run', 'pull', 'x'], 'pull'],
    [2, 'a name that is none', ['add', 'mail', '--name', 'a.b'], 'a.b'],
    [2, 'a queue named like an option', ['add', '--', '-x_'], '-x_'],
    [2, 'a URL with a host', ['add', 'mail', '--url', 'http://evil.example/'], 'evil.example'],
    [2, 'a method that is none', ['add', 'mail', '--method', 'TRACE'], 'TRACE'],
    [2, 'two bodies', ['add', 'mail', '--payload', 'a', '--json-payload', '1'], 'payload'],
    [2, 'both times', ['add', 'mail', '--countdown', '1', '--eta', '2030-01-01T00:00:00Z'], 'countdown'],
    [2, 'a moment without an offset', ['add', 'mail', '--eta', '2030-01-01T00:00:00'], 'offset'],
    [2, 'a day that is none', ['add', 'mail', '--eta', '2030-02-30T00:00:00Z'], '2030-02-30'],
    [2, 'too late a time', ['add', 'mail', '--countdown', '31d'], '30'],
    [2, 'a tag for a push task', ['add', 'mail', '--tag', 'a'], 'tag'],
    [2, 'a pull task without a payload', ['add', 'pull'], 'payload'],
    [2, 'too short a deadline', ['add', 'mail', '--dispatch-deadline', '1'], '15 to 86400'],
    [2, 'a header with a line break', ['add', 'mail', '--header', 'a: b\nc'], 'header'],
    [2, 'a payload beyond the limit', ['add', 'mail', '--payload', 'x'.repeat(110_000)], '102400'],
  ])('%i: %s', async (code, _, args, message) => {
    const ran = await runHere(['tasks', ...args]);
    expect(ran.stderr.toLowerCase()).toContain(message.toLowerCase());
    expect(ran.stderr).not.toMatch(/\n\s+at /);
    expect([ran.code, ran.stdout]).toEqual([code, '']);
  });
});

test('targets are set, listed and removed', async () => {
  expect((await command('targets', 'list')).stdout).toContain('No targets');
  expect((await command('targets', 'set', 'default', 'http://127.0.0.1:3000')).code).toBe(0);
  expect((await command('targets', 'set', 'default', 'http://127.0.0.1:4000')).code).toBe(0);
  expect((await command('targets', 'list')).stdout).toBe(
    'NAME     URL                    MAX CONCURRENT\ndefault  http://127.0.0.1:4000  -\n',
  );
  expect(JSON.parse((await command('targets', 'list', '--json')).stdout)).toMatchObject([{ name: 'default' }]);
  const bounded = await command('targets', 'set', 'default', 'http://127.0.0.1:4000', '--max-concurrent', '7');
  expect(bounded.stdout).toBe('Set target default to http://127.0.0.1:4000, at most 7 requests at a time.\n');
  expect(JSON.parse((await command('targets', 'list', '--json')).stdout)).toMatchObject([{ max_concurrent: 7 }]);
  expect((await command('targets', 'set', 'default', 'http://x', '--max-concurrent', '0')).code).toBe(2);
  expect((await command('targets', 'set', 'default', 'ftp://x')).code).toBe(2);
  expect((await command('targets', 'remove', 'default')).code).toBe(0);
  expect((await command('targets', 'remove', 'default')).code).toBe(3);
});
