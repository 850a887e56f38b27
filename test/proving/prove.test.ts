import http from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { QueueHandle } from '../../src/client/queue-handle.ts';
import { TaskQueues } from '../../src/client/task-queues.ts';
import type { FetchFunction } from '../../src/dispatcher/delivery/targets.ts';
import type { NewTask } from '../../src/domain/task.ts';
import { taskHandler } from '../../src/handler.ts';
import { Prover } from '../../src/proving/prover.ts';
import { type FakeTarget, fakeTarget, type Proof, type ProveOptions, prove } from '../../src/testing.ts';
import { useDatabase } from '../support/db.ts';

const database = useDatabase();
let queues: TaskQueues;
let queue: QueueHandle;
const query = (text: string, values: unknown[] = []) => database.pool.query(text, values);

beforeAll(async () => {
  queues = new TaskQueues({ database: database.pool });
  for (const name of ['work', 'mail']) await queues.createQueue(name);
  await queues.createQueue('reports', { mode: 'pull' });
  queue = queues.queue('work');
  await query('create schema shop');
  await query('create table shop.done (key text primary key, at timestamptz not null default now())');
  await query('create table accounts (id integer primary key, credit integer not null, updated_at timestamptz)');
  await query('insert into accounts values (1, 100, null), (2, 100, null)');
  await query('create table lines (text text)');
  await query('create table sent (day text primary key)');
});
afterEach(async () => {
  vi.unstubAllGlobals();
  for (const name of ['work', 'mail', 'reports']) await queues.queue(name).purge();
});

const keyOf = (request: Request) => request.headers.get('webhook-id') as string;
const ok = (_done?: unknown) => new Response('done');
/** Requests that a handler makes succeed. */
const stubFetch = () => vi.stubGlobal('fetch', async () => ok());

/** Shows a change in the first run, and none later. */
let looks = 0;
const observe = () => Math.min(looks++, 1);
beforeEach(() => {
  looks = 0;
});

/** Proves a handler with one task, and returns the message of the failure, or the verdict. */
async function verdictOf(handler: FetchFunction, options: Partial<ProveOptions> = {}): Promise<string> {
  const proved = prove(handler, { queue, tasks: { url: '/x', json: { n: 1 } }, ...options });
  return proved.then(
    (proofs) => proofs.map(({ verdict }) => verdict).join(),
    (error: Error) => error.message,
  );
}

describe('idempotent', () => {
  test.each<[string, (request: Request) => unknown]>([
    ['an update to a fixed value', () => query('update accounts set credit = 50 where id = 1')],
    ['an insert that ignores conflicts', () => query(`insert into shop.done values ('fixed') on conflict do nothing`)],
    [
      'the key stored with the work',
      async (request) => {
        const client = await database.client();
        await client.query('begin');
        const done = await client.query('insert into shop.done (key) values ($1) on conflict do nothing', [
          keyOf(request),
        ]);
        if (done.rowCount === 1) await client.query('update accounts set credit = credit + 1 where id = 1');
        await client.query('commit');
      },
    ],
    ['a task added by name', (request) => addNamed(keyOf(request))],
    ['the key passed on', (request) => post({ 'Idempotency-Key': keyOf(request) })],
    ['a key of its own passed on', () => post({ 'Idempotency-Key': 'order-7' })],
    ['a read', () => fetch('http://service.example/orders/7')],
    ['a PUT of the same', () => fetch('http://service.example/orders/7', { method: 'PUT', body: 'x' })],
  ])('%s', async (_what, work) => {
    stubFetch();
    const handler = async (request: Request) => {
      await work(request);
      return ok();
    };
    expect(await verdictOf(handler)).toBe('idempotent');
  });
});

const post = (headers: Record<string, string> = {}) =>
  fetch('http://mail.example/send', { method: 'POST', headers, body: 'hello' });
const addNamed = async (name: string) => {
  await queues
    .queue('mail')
    .add({ url: '/receipt', name })
    .catch((error) => {
      if (error.name !== 'TaskAlreadyExistsError') throw error;
    });
};

describe('requests of node:http, as axios makes them', () => {
  let target: FakeTarget;
  beforeAll(async () => {
    target = await fakeTarget();
  });
  afterAll(() => target.close());

  const send = (method: string, headers: Record<string, string> = {}) =>
    new Promise<void>((resolve, reject) => {
      const request = http.request(`${target.url}/send?to=ada`, { method, headers }, (response) =>
        response.resume().on('end', resolve),
      );
      request.on('error', reject).end('hello');
    });

  test('a second mail is caught', async () => {
    expect(await verdictOf(async () => ok(await send('POST')))).toContain(
      `the second run requested POST ${target.url}/send?to=ada`,
    );
  });

  test('one that carries the key of the task is not', async () => {
    const handler: FetchFunction = async (request) => ok(await send('POST', { 'Idempotency-Key': keyOf(request) }));
    expect(await verdictOf(handler)).toBe('idempotent');
  });
});

describe('what no run shows', () => {
  test('a handler that did nothing that could be compared is not called idempotent', async () => {
    expect(await verdictOf(async () => ok())).toContain('? nothing seen: POST /x');
  });

  test('nor is one whose work is rolled back', async () => {
    const handler: FetchFunction = async () => {
      const client = await database.client();
      await client.query('begin');
      await client.query('update accounts set credit = credit + 1');
      await client.query('rollback');
      return ok();
    };
    expect(await verdictOf(handler)).toContain('? nothing seen');
  });

  test('unless another task of the same proof showed something', async () => {
    const tasks = [{ url: '/first' }, { url: '/nothing' }];
    const handler = async (request: Request) => {
      if (request.url.endsWith('first')) await query('update accounts set credit = 70 where id = 1');
      return ok();
    };
    await query('update accounts set credit = 60 where id = 1');
    expect((await verdictOf(handler, { tasks })).split(',').sort()).toEqual(['idempotent', 'nothing seen']);
  });

  test('observe names memory, and tells the two runs apart', async () => {
    const sent: string[] = [];
    const once = new Set<string>();
    const twice = await verdictOf(async () => ok(void sent.push('hello')), { observe: () => sent });
    expect(twice).toContain('the second run changed what observe returns');
    expect(twice).toContain(`observed [] → [ 'hello' ]`);
    expect(twice).toContain(`observed [ 'hello' ] → [ 'hello', 'hello' ]`);
    expect(await verdictOf(async (request) => ok(void once.add(keyOf(request))), { observe: async () => once })).toBe(
      'idempotent',
    );
  });
});

describe('not idempotent', () => {
  let runs = 0;
  test.each<[string, (request: Request) => unknown, string, string]>([
    [
      'a second insert',
      () => query(`insert into lines values ('x')`),
      'inserted a row into public.lines',
      `inserted public.lines { text: 'x' }`,
    ],
    [
      'a counter',
      () => query('update accounts set credit = credit + 1 where id = 2'),
      'changed a row of public.accounts',
      'changed public.accounts { id: 2 } credit: 101 → 102',
    ],
    [
      'a deletion',
      () => query('delete from lines where ctid = (select ctid from lines limit 1)'),
      'deleted a row of public.lines',
      'deleted public.lines',
    ],
    [
      'mail sent twice',
      () => post(),
      'the second run requested POST http://mail.example/send',
      'requested POST http://mail.example/send hello',
    ],
    [
      'mail sent twice with keys of its own',
      () => post({ 'idempotency-key': crypto.randomUUID() }),
      'requested POST',
      'hello',
    ],
    [
      'a task enqueued twice',
      () => queues.queue('mail').add({ url: '/receipt' }),
      'the second run enqueued POST /receipt in mail',
      'enqueued in mail: POST /receipt',
    ],
    [
      'a second insert that fails',
      (request) => query('insert into shop.done values ($1)', [keyOf(request)]),
      'the second run failed, although the work had been done',
      'answered 500: error: duplicate key',
    ],
    [
      'the time of day',
      () => query('update accounts set updated_at = clock_timestamp() where id = 1'),
      'changed a row of public.accounts',
      'updated_at',
    ],
    [
      'work that is done once a day',
      () => query('insert into sent values ($1) on conflict do nothing', [new Date().toISOString().slice(0, 10)]),
      'a late duplicate inserted a row into public.sent',
      'late duplicate, after another task',
    ],
    [
      'work by the retry count',
      ({ headers }) =>
        headers.get('x-appengine-taskretrycount') === '1' && query(`insert into lines values ('retried')`),
      'the second run inserted',
      'changed nothing',
    ],
    [
      'a second failure of its own',
      () => {
        if (runs++ % 3 > 0) throw new Error('already done');
      },
      'the second run failed',
      'already done',
    ],
  ])('%s', async (_what, work, finding, shown) => {
    stubFetch();
    const handler = async (request: Request) => {
      await work(request);
      return ok();
    };
    const message = await verdictOf(handler);
    expect(message).toContain('not idempotent: POST /x  (queue work, task ');
    expect(message).toContain(finding);
    expect(message.replaceAll(/\s*│.*?(\n|$)/g, '\n').concat(message)).toContain(shown);
  });

  test('a late duplicate of an earlier task, after a later one', async () => {
    const tasks: NewTask[] = [1, 2].map((credit) => ({ url: `/credit/${credit}` }));
    const handler = async ({ url }: Request) => {
      await query('update accounts set credit = $1 where id = 1', [Number(url.split('/').at(-1))]);
      return ok();
    };
    expect(await verdictOf(handler, { tasks })).toMatch(
      /1 of 2 tasks may not run twice\n\n✗ not idempotent: POST \/credit\/1/,
    );
  });

  test('the runs stand side by side', async () => {
    await query('truncate lines');
    const message = await verdictOf(async () => {
      await query(`insert into lines values ('again')`);
      return ok();
    });
    expect(message.split('\n').slice(2)).toEqual([
      expect.stringMatching(/^✗ not idempotent: POST \/x {2}\(queue work, task task-\w+\)$/),
      '    the second run inserted a row into public.lines',
      '    first run                                                 │ second run (the first answer was lost)',
      '    answered 200                                              │ answered 200',
      `    inserted public.lines { text: 'again' }                   │ inserted public.lines { text: 'again' }`,
    ]);
  });
});

describe('besides', () => {
  test('a handler that fails both times is told apart', async () => {
    const message = await verdictOf(() => new Response('out of stock', { status: 409 }));
    expect(message).toMatch(
      /✗ failed: POST \/x .*\n {4}the handler failed both times\n {4}first run +│ retry\n {4}answered 409: out of stock/,
    );
  });

  test('a retry that succeeds is proved in its turn', async () => {
    let tries = 0;
    const handler = () => new Response(null, { status: tries++ === 0 ? 503 : 200 });
    const [proof] = await prove(handler, { queue, tasks: { url: '/x' }, observe });
    expect(proof?.runs.map(({ delivery }) => delivery)).toEqual(['first', 'retry', 'again']);
  });

  test('a passing failure of the second run does not count, and what it did does', async () => {
    let tries = 0;
    const failsOnce = () => new Response(null, { status: tries++ === 1 ? 503 : 200 });
    expect(await verdictOf(failsOnce, { observe })).toBe('idempotent');
    tries = 0;
    const insertsAndFails: FetchFunction = async () => {
      if (tries++ !== 1) return ok();
      await query(`insert into lines values ('failed')`);
      return new Response(null, { status: 503 });
    };
    expect(await verdictOf(insertsAndFails)).toContain('the second run inserted a row into public.lines');
  });

  test('effects that also happen without a delivery do not count', async () => {
    const ending = new AbortController();
    const busy = async () => {
      while (!ending.signal.aborted) await query('update accounts set credit = credit + 1 where id = 2');
    };
    const running = busy();
    const proofs: Proof[] = [];
    const proved = (proof: Proof) => proofs.push(proof);
    const prover = new Prover({ database: database.pool, backgroundMs: 100, proved });
    let n = 0;
    const answer = { succeeded: true, status: 200, error: undefined };
    const task = { queue: 'work', task: 't', method: 'POST', url: '/x', key: 'k' };
    await prover.prove({ ...task, deliver: async () => answer });
    const inserts = async () => {
      await query('insert into lines values ($1)', [String(n++)]);
      return answer;
    };
    await prover.prove({ ...task, task: 'u', deliver: inserts });
    ending.abort();
    await running;
    const notCounted = ['rows changed in public.accounts'];
    expect(proofs.filter(({ task: name }) => name === 't')).toMatchObject([{ verdict: 'idempotent', notCounted }]);
    expect(proofs.find(({ task: name }) => name === 'u')).toMatchObject({
      ...{ verdict: 'not idempotent', notCounted },
      findings: ['the second run inserted a row into public.lines'],
    });
  });

  test('a handler that verifies requests accepts all of them, the late one too', async () => {
    const secrets = `whsec_${Buffer.alloc(32, 'x').toString('base64')}`;
    const handler = taskHandler(
      async (task) => {
        await query('insert into shop.done (key) values ($1) on conflict do nothing', [task.idempotencyKey]);
      },
      { secrets },
    );
    const [proof] = await prove(handler, { queue, tasks: { url: '/x' }, signingKeys: { default: secrets } });
    expect(proof?.runs.map(({ answer }) => answer.succeeded)).toEqual([true, true]);
    expect(await verdictOf(handler)).toContain('answered 403');
  });

  test('the second delivery looks like a retry after a lost answer, and the late one like a later one', async () => {
    const seen: (string | null)[][] = [];
    const handler = ({ headers }: Request) => {
      const of = (name: string) => headers.get(name);
      seen.push([of('webhook-id'), of('x-appengine-taskretrycount'), of('x-appengine-taskretryreason')]);
      seen.at(-1)?.push(String(Math.round((Date.now() / 1000 - Number(of('webhook-timestamp'))) / 60)));
      return ok();
    };
    await prove(handler, { queue, tasks: { url: '/x' }, observe });
    const id = seen[0]?.[0] as string;
    expect(seen).toEqual([
      [id, '0', null, '0'],
      [id, '1', 'Connection Error', '0'],
      [id, '2', 'Connection Error', '0'],
    ]);
  });

  test('ignored columns do not count, and others do', async () => {
    const touch: FetchFunction = async () => {
      await query('update accounts set updated_at = clock_timestamp() where id = 1');
      return ok();
    };
    for (const ignore of ['updated_at', 'accounts.updated_at', 'public.accounts.updated_at', 'accounts.*'])
      expect(await verdictOf(touch, { ignore: [ignore] })).toBe('idempotent');
    for (const ignore of ['credit', 'lines.updated_at', 'lines.*'])
      expect(await verdictOf(touch, { ignore: [ignore] })).toContain('changed a row');
  });

  test('in large tables, new row versions and fewer rows are found', async () => {
    const insert: FetchFunction = async () => {
      await query(`insert into lines values ('large')`);
      return ok();
    };
    const remove: FetchFunction = async () => {
      await query('delete from lines where ctid = (select ctid from lines limit 1)');
      return ok();
    };
    await query(`insert into lines select 'x' from generate_series(1, 20)`);
    expect(await verdictOf(insert, { mostRows: 10 })).toContain('the second run wrote a row of public.lines');
    expect(await verdictOf(remove, { mostRows: 10 })).toContain('the second run deleted a row of public.lines');
    expect(await verdictOf(ok, { mostRows: 10, observe })).toBe('idempotent');
  });

  test('handlers of pull queues are proved, and those that finish in their transaction run once', async () => {
    const reports = queues.queue('reports');
    const insert = () => query(`insert into lines values ('pulled')`);
    const pulled = prove(insert as never, { queue: reports, tasks: { payload: 'x' } });
    await expect(pulled).rejects.toThrow(
      /not idempotent: a pull task.*\n {4}the second run inserted a row into public.lines/,
    );
    const finishing = async (_task: unknown, context?: { finish(options: object): Promise<void> }) => {
      const client = await database.client();
      await client.query('begin');
      await client.query(`insert into lines values ('once')`);
      await context?.finish({ transaction: client });
      await client.query('commit');
    };
    const [proof] = await prove(finishing as never, { queue: reports, tasks: { payload: 'x' } });
    expect([proof?.verdict, proof?.runs.length]).toEqual(['idempotent', 1]);
  });

  test.each<[object, string]>([
    [{}, `queue must be a queue, such as queues.queue('mail'), got undefined`],
    [{ queue: 'work' }, 'got string'],
    [{ ignore: 'updated_at' }, 'ignore must be a list of names of columns, got string'],
    [{ laterBy: 'soon' }, 'laterBy must be a number of seconds'],
    [{ mostRows: -1 }, 'mostRows must be a whole number'],
    [{ task: {} }, 'tasks may be a single one'],
    [{ tasks: undefined }, 'queue work has no task that is due'],
  ])('%j is rejected', async (options, message) => {
    const given = Object.keys(options).length === 0 ? {} : { queue, tasks: { url: '/x' }, ...options };
    await expect(prove(ok, given as never)).rejects.toThrow(message);
  });
});
