// All methods of App Engine's SDK for Python, unchanged.

import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLogger } from '../../src/runtime/logger.ts';
import { createServer } from '../../src/server/server.ts';
import type { Server } from '../../src/server/server-options.ts';
import { createToken } from '../../src/store/tokens.ts';
import { useDatabase } from '../support/db.ts';
import { dropLogins, newLogin } from '../support/logins.ts';
import { connecting, hasPython, PYTHON } from './sdks.ts';

const database = useDatabase();
const here = hasPython();
let server: Server;
let login: string;

beforeAll(async () => {
  await database.pool.query(
    `select taskqueue.create_queue('push', rate => '7/s'), taskqueue.create_queue('pull', mode => 'pull')`,
  );
  login = await newLogin(database.url, ['taskqueue_server']);
  // Without a dispatcher, so that the tasks stay.
  server = createServer({ database: login, port: 0, roles: ['http'], logger: silentLogger });
  await server.start();
});

afterAll(async () => {
  await server.stop();
  await dropLogins(database.url);
});

const python = async (program: string[], env: NodeJS.ProcessEnv) =>
  (await promisify(execFile)(PYTHON, program, { env })).stdout.trimEnd().split('\n');

const SCRIPT = path.join(import.meta.dirname, 'programs/sdk.py');

test.skipIf(!here)('every method', { timeout: 60_000 }, async () => {
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

test.skipIf(!here)('with a token as the ticket', { timeout: 60_000 }, async () => {
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
