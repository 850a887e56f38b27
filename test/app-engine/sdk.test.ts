// All methods of App Engine's SDKs, unchanged.

import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { silentLogger } from '../../src/runtime/logger.ts';
import { createServer } from '../../src/server/server.ts';
import type { Server } from '../../src/server/server-options.ts';
import { createToken } from '../../src/store/tokens.ts';
import { useDatabase } from '../support/db.ts';
import { dropLogins, newLogin } from '../support/logins.ts';
import { CLASSPATH, connecting, GOPATH, hasGo, hasJava, hasPython, PYTHON } from './sdks.ts';

const database = useDatabase();
const here = hasPython();
const [hasGoSdk, hasJavaSdk] = [hasGo(), hasJava()];
const run = promisify(execFile);
const PROGRAMS = path.join(import.meta.dirname, 'programs');
const LEASED_PUSH_QUEUE = "queue push is a push queue: its tasks are dispatched and can't be leased";
let folder: string;
let server: Server;
let login: string;

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ptq-sdks-'));
  await database.pool.query(
    `select taskqueue.create_queue('push', rate => '7/s'), taskqueue.create_queue('pull', mode => 'pull')`,
  );
  login = await newLogin(database.url, ['taskqueue_server']);
  // Without a dispatcher, so that the tasks stay.
  server = createServer({ database: login, port: 0, roles: ['http'], logger: silentLogger });
  await server.start();
});

beforeEach(() => database.pool.query(`select taskqueue.purge_queue('push'), taskqueue.purge_queue('pull')`));

afterAll(async () => {
  await server.stop();
  await dropLogins(database.url);
  fs.rmSync(folder, { recursive: true, force: true });
});

const python = async (program: string[], env: NodeJS.ProcessEnv) =>
  (await run(PYTHON, program, { env })).stdout.trimEnd().split('\n');

const SCRIPT = path.join(PROGRAMS, 'sdk.py');

test.skipIf(!here)('every method', async () => {
  expect(await python([SCRIPT], connecting(server.url))).toEqual([
    'named a',
    'again TaskAlreadyExistsError',
    'partly TaskAlreadyExistsError [False, True, True]',
    'eta InvalidEtaError [False, False]',
    'eta of the client InvalidEtaError',
    'no queue UnknownQueueError',
    'mode InvalidQueueModeError',
    'deleted True False',
    'unknown False',
    'tombstoned TombstonedTaskError',
    'delete from none UnknownQueueError',
    'retry r',
    'pull 2',
    'lease push InvalidQueueModeError',
    `lease [('p1', b'\\x00\\xff', 1, None)]`,
    `tagged [(b't', 'x')]`,
    'longer 540.0',
    'stale TaskLeaseExpiredError',
    'release ok',
    `leased again [('p1', 2)]`,
    'delete [True]',
    'statistics 3 True 0 7.0',
    'statistics 1 3 0 None',
    `queues [(b'default', 5.0, False, 0), (b'pull', 0.0, False, 1), (b'push', 7.0, False, 0)]`,
    'paused QueuePausedError',
    'resumed 0',
    'run 0',
    'run 14',
    `query [(b'b', b'/b', 2), (b'r', b'/r', 2)]`,
    'purged 0',
    'transaction 10001 tasks can be added in a transaction of PostgreSQL, not in one of the datastore: call ' +
      'taskqueue.add in the transaction that writes your data',
    'another service CallNotFoundError',
  ]);
});

test.skipIf(!here)('with a token as the ticket', async () => {
  const guarded = createServer({
    database: login,
    port: 0,
    roles: ['http'],
    token: 'root-of-all',
    logger: silentLogger,
  });
  await guarded.start();
  try {
    const { token } = await createToken(database.pool, 'a@example.com', { rights: ['enqueue'], queues: ['push'] });
    const add = [
      'from google.appengine.api import taskqueue',
      'from google.appengine.runtime import default_api_stub as stub',
      'stub.Register(stub.DefaultApiStub())',
      'stub.DefaultApiStub.SetUseRequestSecurityTicketForThread(True)',
      'for queue in ("push", "pull"):',
      '  try: print(bool(taskqueue.Queue(queue).add(taskqueue.Task(url="/x")).name))',
      '  except Exception as error: print(type(error).__name__, error)',
    ].join('\n');
    expect(await python(['-c', add], connecting(guarded.url, token))).toEqual([
      'True',
      'PermissionDeniedError this credential does not have the right enqueue on queue pull',
    ]);
    const [first] = await python(['-c', add], connecting(guarded.url));
    expect(first).toBe('RPCFailedError Proxy returned HTTP status 401 Unauthorized');
  } finally {
    await guarded.stop();
  }
});

test.skipIf(!hasGoSdk)('every function of Go', async () => {
  const program = path.join(folder, 'sdk');
  const env = { ...process.env, GO111MODULE: 'off', GOPATH, GOFLAGS: '', GOCACHE: path.join(folder, 'go-cache') };
  await run('go', ['build', '-o', program, path.join(PROGRAMS, 'go/main.go')], { env });
  const { stdout } = await run(program, { env: connecting(server.url) });
  expect(stdout.trimEnd().split('\n')).toEqual([
    'added go-a <nil>',
    'again taskqueue: task has already been added',
    'no queue API error 1 (taskqueue: UNKNOWN_QUEUE): there is no queue none',
    'partly go-b 0 taskqueue: task has already been added',
    'partly go-b 1 <nil>',
    'partly go-b 2 <nil>',
    'skipped 0 API error 17 (taskqueue: SKIPPED)',
    'skipped 1 API error 5 (taskqueue: INVALID_TASK_NAME)',
    'delete 0 <nil>',
    'delete 1 <nil>',
    'delete 2 API error 14 (taskqueue: UNKNOWN_TASK)',
    'pull <nil>',
    `lease push API error 21 (taskqueue: INVALID_QUEUE_MODE): ${LEASED_PUSH_QUEUE}`,
    '1 p go 1 <nil>',
    'modify <nil>',
    'longer 9m0s',
    'stale API error 25 (taskqueue: TASK_LEASE_EXPIRED): the lease of task go-p of queue pull has expired',
    'done <nil>',
    'statistics 1 false 0 7',
    'statistics 0 true 0 0',
    'statistics 0 true 0 0',
    'statistics <nil>',
    'purge <nil>',
  ]);
});

test.skipIf(!hasJavaSdk)('every method of Java', async () => {
  await run('javac', ['-d', folder, '-cp', CLASSPATH, path.join(PROGRAMS, 'Sdk.java')]);
  const { stdout } = await run('java', ['-cp', `${folder}:${CLASSPATH}`, 'Sdk', new URL(server.url).port]);
  expect(
    stdout
      .trimEnd()
      .replace(/ ended at .*/, ' ended')
      .split('\n'),
  ).toEqual([
    'named java-a',
    'again TaskAlreadyExistsException: Task name already exists : java-a',
    'no queue IllegalStateException: The specified queue is unknown : none',
    'purge none IllegalStateException: The specified queue is unknown : there is no queue none',
    'mode InvalidQueueModeException: Target queue mode does not support this operation : null',
    'several 2',
    'delete true false false',
    'pull 2',
    `lease push InvalidQueueModeException: Target queue mode does not support this operation : ${LEASED_PUSH_QUEUE}`,
    'lease 2 p 1',
    'modify java-1',
    'delete all [true, true]',
    'gone TaskAlreadyExistsException: Task name is tombstoned : task java-2 of queue pull ended',
    'statistics 2 0 7.0',
    'purged 0 null',
  ]);
});
