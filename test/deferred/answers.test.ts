// The responses to deferred tasks, case by case; their requests are genuine, the database is real.
import { beforeEach, describe, expect, test } from 'vitest';
import { writeCall, writeOverflow } from '../../src/deferred/wire.ts';
import { Deferred, deferredContext, PermanentTaskFailure, SingularTaskFailure } from '../../src/deferred.ts';
import type { Dispatch } from '../../src/domain/dispatch.ts';
import { TaskQueues } from '../../src/index.ts';
import { aLogger, asRequest, aTaskRequest, SECRET } from '../handler/a-task-request.ts';
import { useDatabase } from '../support/db.ts';
import { value } from '../support/sql.ts';

const database = useDatabase();
const URL = '/_ah/queue/deferred';
const LARGE = 'x'.repeat(150_000);
const NOBODY = '00000000-0000-4000-8000-000000000000';

let logger: ReturnType<typeof aLogger>;
let deferred: Deferred;
let act: (...args: unknown[]) => unknown;
let handler: (request: Request) => Promise<Response>;

beforeEach(() => {
  logger = aLogger();
  act = () => {};
  deferred = new Deferred(new TaskQueues({ database: database.pool }), { logger });
  deferred.register('act', (...args: unknown[]) => act(...args));
  handler = deferred.handler({ secrets: SECRET });
});

const taskWith = (body: Uint8Array, changes: Partial<Dispatch> = {}) =>
  asRequest(aTaskRequest({ url: URL, body, ...changes }));
const levels = () => logger.lines.map(([level]) => level).filter((level) => level !== 'info');
const fails = (error: unknown) => () => {
  throw error;
};
const thenFails = (say: () => void, error: unknown) => () => {
  say();
  throw error;
};
const doNotRetry = () => deferredContext().doNotRetry();
const markForRetry = () => deferredContext().markForRetry();

interface Line {
  does?: (...args: unknown[]) => unknown;
  status: number;
  /** In addition to the line that every task gets. */
  logs?: string[];
  /** True if the stored call still exists. */
  kept?: boolean;
  /** The response's text. */
  text?: string;
  /** True: the dispatcher is told that it failed for good. */
  permanent?: boolean;
}

const lines: [string, Line][] = [
  ['the function returns', { status: 200 }],
  ['its promise resolves', { does: async () => 'anything', status: 200 }],
  [
    'it throws SingularTaskFailure',
    {
      ...{ does: fails(new SingularTaskFailure('x')), status: 408, logs: ['debug'], kept: true },
      text: 'SingularTaskFailure: x',
    },
  ],
  [
    'it throws PermanentTaskFailure',
    {
      ...{ does: fails(new PermanentTaskFailure('x')), status: 200, logs: ['error'], kept: true },
      ...{ text: 'PermanentTaskFailure: x', permanent: true },
    },
  ],
  [
    'it throws any other error',
    { does: fails(new Error('x')), status: 500, logs: ['error'], kept: true, text: 'Error: x' },
  ],
  [
    'its promise is rejected',
    { does: async () => Promise.reject('x'), status: 500, logs: ['error'], kept: true, text: 'x' },
  ],
  [
    'it throws after doNotRetry()',
    {
      ...{ does: thenFails(doNotRetry, new Error('x')), status: 203, logs: ['error'], kept: true },
      ...{ text: 'Error: x', permanent: true },
    },
  ],
  ['it returns after doNotRetry()', { does: doNotRetry, status: 200 }],
  [
    'it returns after markForRetry()',
    { does: markForRetry, status: 500, kept: true, text: 'markForRetry() was called' },
  ],
  [
    'it throws after markForRetry()',
    { does: thenFails(markForRetry, new Error('x')), status: 500, logs: ['error'], kept: true, text: 'Error: x' },
  ],
];

describe('a call in the body of its task', () => {
  test.each(lines)('%s', async (_, { does, status, logs = [], text = 'Success', permanent = false }) => {
    if (does) act = does;
    const response = await handler(taskWith(writeCall('act', [])));
    expect([response.status, levels()]).toEqual([status, logs]);
    expect(await response.text()).toBe(text);
    expect(response.headers.get('taskqueue-permanent-failure')).toBe(permanent ? '1' : null);
  });
});

describe('a call that is stored beside its task', () => {
  const kept = () => value<number>(database.pool, 'select count(*)::integer from taskqueue._deferred_payload');
  beforeEach(() => database.pool.query('delete from taskqueue._deferred_payload'));

  test.each(lines)('%s', async (_, { does = () => {}, status, logs = [], kept: isKept = false }) => {
    const seen: unknown[] = [];
    act = (...args) => {
      seen.push(...args);
      return does(...args);
    };
    const { name } = await deferred.defer('act', [LARGE, 1n]);
    const body = await value<Buffer>(database.pool, `select taskqueue.task_payload('default', $1)`, [name]);
    expect([body.byteLength < 200, await kept()]).toEqual([true, 1]);
    expect((await handler(taskWith(body))).status).toBe(status);
    expect(seen).toEqual([LARGE, 1n]);
    expect([levels(), await kept()]).toEqual([logs, isKept ? 1 : 0]);
  });
});

test.each<[string, Uint8Array]>([
  ['a body that is none', Buffer.from('hello')],
  ['a body of another version', Buffer.from('{"v":2,"fn":"act","args":[]}')],
  ['a function that is not known', writeCall('other', [])],
  ['a function by a name that every object knows', writeCall('toString', [])],
  ['a kept call that is gone', writeOverflow('act', NOBODY)],
])('%s is not retried: 200, and logged', async (_, body) => {
  const response = await handler(taskWith(body));
  expect([response.status, levels()]).toEqual([200, ['error']]);
  expect(response.headers.get('taskqueue-permanent-failure')).toBe('1');
  expect(await response.text()).toMatch(/^PermanentTaskFailure: /);
});

describe('requests that are not tasks', () => {
  test.each(['GET', 'PUT', 'HEAD', 'DELETE'])('%s: 405', async (method) => {
    const response = await handler(new Request(`http://handler${URL}`, { method }));
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test.each<[string, () => Request]>([
    [
      'no header at all',
      () => new Request(`http://handler${URL}`, { method: 'POST', body: writeCall('act', []) as BodyInit }),
    ],
    ['headers of App Engine', () => asRequest(aTaskRequest({ url: URL, body: Buffer.from('') }, { secrets: '' }))],
    ['another body', () => new Request(taskWith(writeCall('act', [1])), { body: writeCall('act', [2]) as BodyInit })],
  ])('%s: 403, and the function is not called', async (_, request) => {
    const called: unknown[] = [];
    act = (...args) => called.push(args);
    const response = await handler(request());
    expect([response.status, await response.text(), called]).toEqual([403, 'Forbidden', []]);
    expect(levels()).toEqual(['warn']);
  });

  test('without signatures, one without a task’s name', async () => {
    const open = deferred.handler({ insecure: true });
    expect((await open(new Request(`http://handler${URL}`, { method: 'POST' }))).status).toBe(403);
    expect((await open(taskWith(writeCall('act', [])))).status).toBe(200);
  });
});

test('each task is logged with its headers, at the configured level', async () => {
  await handler(taskWith(writeCall('act', []), { queue: 'mail' }));
  expect(logger.lines).toMatchObject([['info', 'deferred task', { headers: { 'x-appengine-queuename': 'mail' } }]]);
  const quiet = new Deferred(new TaskQueues({ database: database.pool }), { logger, logLevel: 'debug' });
  quiet.register('act', () => {});
  await quiet.handler({ secrets: SECRET })(taskWith(writeCall('act', [])));
  expect(logger.lines.map(([level]) => level)).toEqual(['info', 'debug']);
});

test('a call whose arguments can’t be fetched is retried', async () => {
  const broken = new Deferred(new TaskQueues({ database: 'postgres://127.0.0.1:1/none' }), { logger });
  broken.register('act', () => {});
  const response = await broken.handler({ secrets: SECRET })(taskWith(writeOverflow('act', NOBODY)));
  expect([response.status, levels()]).toEqual([500, ['error']]);
});

describe('registering', () => {
  test('a function can be called directly, and then has no task', () => {
    const add = deferred.register('add', (a: number, b: number) => a + b);
    expect(add(1, 2)).toBe(3);
    expect(deferredContext).toThrow('must be called within a deferred function');
  });

  test('a name can be registered once, and only for functions', () => {
    expect(() => deferred.register('act', () => {})).toThrow('act is already registered');
    expect(() => deferred.register('', () => {})).toThrow('name');
    expect(() => deferred.register('x', 1 as never)).toThrow('deferred function x must be a function');
  });

  test('an unregistered function can’t be deferred, nor an argument that can’t be serialized, nor with an unknown option', async () => {
    await expect(deferred.defer('atc', [])).rejects.toThrow('deferred function "atc" is not registered');
    await expect(deferred.defer('act', [() => {}])).rejects.toThrow(TypeError);
    await expect(deferred.defer('act', [], { contdown: 1 } as never)).rejects.toThrow('did you mean countdown');
  });
});
