// The calls that the console prints run as they are, and all add the same task.

import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConsoleAddress } from '../../src/console/address.ts';
import { cliCall } from '../../src/console/calls/cli-call.ts';
import { restCall } from '../../src/console/calls/rest-call.ts';
import { sqlCall } from '../../src/console/calls/sql-call.ts';
import type { TaskCall } from '../../src/console/calls/task-call.ts';
import { typescriptCall } from '../../src/console/calls/typescript-call.ts';
import { createServer } from '../../src/server.ts';
import { useDatabase } from '../support/db.ts';
import { rows } from '../support/sql.ts';

const run = promisify(execFile);
const database = useDatabase();
const ROOT = path.resolve(import.meta.dirname, '../..');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ptq-calls-'));
let server: ReturnType<typeof createServer>;

beforeAll(async () => {
  server = createServer({ database: database.serverUrl, port: 0, roles: ['http'] });
  await server.start();
  await database.pool.query(
    `select taskqueue.create_queue('push-' || n), taskqueue.create_queue('pull-' || n, mode => 'pull') from generate_series(1, 4) as n`,
  );
});
afterAll(async () => {
  await server?.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

const HERE = new ConsoleAddress('');

const HOSTILE = `{"n": 9007199254740993, "n": 1, "s": "'\\"\\\\ $HOME \`id\` $(id) %s \\u0000 \u202e \u{1f600}"}\n\t-- '); drop table x; --\n!`;

const calls: [string, TaskCall][] = [
  ['nothing but its queue', { queue: 'push-', mode: 'push' }],
  [
    'hostile text everywhere',
    {
      ...{ queue: 'push-', mode: 'push', url: `/a'b$HOME;id&x=(1)`, payload: HOSTILE },
      headers: { 'content-type': 'application/json', 'x-a': `it's "$HOME" \\ \`id\`` },
      ...{ target: 'v2.worker', dispatchDeadline: 30 },
    },
  ],
  [
    'a name, and a time',
    {
      queue: 'push-',
      mode: 'push',
      name: '-a-name',
      method: 'PUT',
      payload: '-x',
      eta: new Date('2026-01-01T00:00:00Z'),
    },
  ],
  ['a body that begins like a flag, and text', { queue: 'push-', mode: 'push', payload: `--help\r\n'` }],
  ['a pull task', { queue: 'pull-', mode: 'pull', tag: `t'$x "y" \\`, payload: HOSTILE }],
  ['bytes', { queue: 'pull-', mode: 'pull', bytes: Uint8Array.from([0, 255, 10, 39, 92]) }],
];

const runners: ((call: TaskCall, n: number) => Promise<unknown>)[] = [
  (call) => database.pool.query(sqlCall(call).text),
  async (call, n) => {
    const file = path.join(folder, `call-${n}.ts`);
    const entry = path.join(ROOT, 'src/index.ts');
    fs.writeFileSync(
      file,
      `${typescriptCall(call).text.replace(`'pgtaskqueue'`, JSON.stringify(entry))}\nawait queues.close()\n`,
    );
    await run(process.execPath, [file], { env: { ...process.env, DATABASE_URL: database.url } });
  },
  async (call) => {
    const command = path.join(folder, 'pgtaskqueue');
    fs.writeFileSync(command, `#!/bin/sh\nexec ${process.execPath} ${ROOT}/src/main.ts "$@"\n`, { mode: 0o755 });
    const env = { ...process.env, DATABASE_URL: database.url, PATH: `${folder}:${process.env.PATH}` };
    await run('/bin/sh', ['-c', cliCall(call, HERE).text], { env });
  },
  async (call) => {
    const { text } = restCall(call, HERE, new Date());
    const [head = '', body = ''] = text.split(/\n\n(.*)/s);
    const [method = '', where = ''] = head.replace('PROJECT', 'shop').replace('LOCATION', 'eu').split(' ');
    const sent = body.replaceAll('projects/PROJECT/locations/LOCATION', 'projects/shop/locations/eu');
    const response = await fetch(server.url + where, {
      method,
      body: sent,
      headers: { 'content-type': 'application/json' },
    });
    expect(await response.text()).not.toContain('"error"');
  },
];

interface Stored {
  [column: string]: unknown;
}

/** What is stored, and what the handler is told: the content type may stand beside the headers or in them. */
async function stored(queue: string): Promise<Stored> {
  const [row] = await rows<Stored>(
    database.pool,
    `select t.name, coalesce(t.method, 'POST') as method, coalesce(t.url, '/_ah/queue/x') as url, t.target, coalesce(t.namespace, '') as namespace,
       coalesce(t.dispatch_deadline, 600) as deadline, t.tag, encode(t.body, 'hex') as body, t.due < clock_timestamp() as due,
       taskqueue._headers(t) - 'user-agent' as headers
     from taskqueue._tasks as t join taskqueue._queues as q on q.id = t.queue_id where q.name = $1 order by t.id desc limit 1`,
    [queue],
  );
  return { ...row, url: String(row?.url).replace(/^\/_ah\/queue\/.*/, '/_ah/queue/x') };
}

describe.each(calls)('%s', (_, call) => {
  test('SQL, TypeScript, the command and REST add the same task', async () => {
    const results: Stored[] = [];
    for (const [n, add] of runners.entries()) {
      const own = { ...call, queue: `${call.queue}${n + 1}` };
      await add(own, n);
      results.push(await stored(own.queue));
    }
    const body = Buffer.from(call.bytes ?? call.payload ?? '').toString('hex');
    expect(results[0]?.body ?? '').toBe(body);
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
    expect(results[3]).toEqual(results[0]);
  });
});

test('a countdown is the same in all of them', () => {
  const call: TaskCall = { queue: 'mail', mode: 'push', countdown: 90 };
  expect(sqlCall(call).text).toContain('countdown => 90');
  expect(typescriptCall(call).text).toContain('countdown: 90');
  expect(cliCall(call, HERE).text).toContain('--countdown 90');
  expect(restCall(call, HERE, new Date('2030-01-01T00:00:00Z')).text).toContain(
    '"scheduleTime": "2030-01-01T00:01:30.000Z"',
  );
});

test('retry parameters and a namespace are in all calls but that of REST, which says so', () => {
  const call: TaskCall = {
    queue: 'mail',
    mode: 'push',
    namespace: 'a',
    retry: { taskRetryLimit: 3, minBackoffSeconds: 0.5 },
  };
  expect(sqlCall(call).text).toContain(`namespace => 'a'`);
  expect(sqlCall(call).text).toContain(`retry => '{"task_retry_limit":3,"min_backoff_seconds":0.5}'`);
  expect(typescriptCall(call).text).toContain('retryOptions: {"taskRetryLimit":3,"minBackoffSeconds":0.5}');
  expect(cliCall(call, HERE).text).toContain('--task-retry-limit 3 \\\n  --min-backoff-seconds 0.5');
  expect(restCall(call, HERE, new Date()).remark).toContain('no retry parameters and no namespaces');
});
