// taskqueue.add: what it keeps, and what it refuses with which error.
import { describe, expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';
import { refusal, refusalCode, row, value } from '../../support/sql.ts';

const db = useDatabase();

const stored = (name: string) =>
  row(
    db.pool,
    "select t.*, nullif(taskqueue._headers(t), '{}') as headers, convert_from(t.body, $2) as body_text from taskqueue._tasks t where id = taskqueue._find_task((select q from taskqueue._queues q where q.id = t.queue_id), $1)",
    [name, 'UTF8'],
  );

async function add(
  args: Record<string, unknown>,
): Promise<{ name: string; eta: Date; created: Date; existed: boolean }> {
  const named = Object.keys(args).map((key, i) => `${key} => $${i + 1}`);
  return row(db.pool, `select * from taskqueue.add(${named.join(', ')})`, Object.values(args));
}

describe('what is kept', () => {
  test('adds a task of nothing but defaults to the default queue', async () => {
    const task = await add({});
    expect(task).toMatchObject({ queue: 'default', existed: false });
    expect(task.name).toMatch(/^task-[0-9a-f]{12}7[0-9a-f]{19}$/);
    expect(task.eta).toEqual(task.created);
    expect(await row(db.pool, 'select * from taskqueue.tasks where name = $1', [task.name])).toMatchObject({
      state: 'due',
      method: 'POST',
      url: '/_ah/queue/default',
      retry_count: 0,
      namespace: '',
      tag: null,
      target: null,
    });
  });

  test.each([
    ['text', { payload: 'grüß' }, 'grüß', { 'content-type': 'text/plain; charset=utf-8' }],
    ['JSON', { payload_json: '{"a": [1, 2]}' }, '{"a": [1, 2]}', { 'content-type': 'application/json' }],
    ['JSON null', { payload_json: 'null' }, 'null', { 'content-type': 'application/json' }],
    ['bytes', { payload_bytes: Buffer.from('ab') }, 'ab', null],
    [
      'a form',
      { params: '{"a": [1, "x y"], "b": "é&", "n": 13.123, "none": []}' },
      'a=1&a=x+y&b=%C3%A9%26&n=13.123',
      { 'content-type': 'application/x-www-form-urlencoded' },
    ],
    ['nothing', {}, null, null],
    ['empty params as nothing', { params: '{}' }, null, null],
    [
      'its own content type',
      { payload: '<a/>', headers: '{"Content-Type": "text/xml"}' },
      '<a/>',
      { 'content-type': 'text/xml' },
    ],
    [
      'a form of its own content type',
      { params: '{"a": 1}', headers: '{"content-type": "text/x"}' },
      'a=1',
      { 'content-type': 'text/x' },
    ],
  ])('keeps a body given as %s', async (_, args, body, headers) => {
    const { name } = await add(args);
    expect(await stored(name)).toMatchObject({ body_text: body, headers });
  });

  test.each([
    ['GET', { url: '/x', params: '{"a": [1, 2]}' }, '/x?a=1&a=2', null],
    ['DELETE', { params: '{"a": 1}' }, '/_ah/queue/default?a=1', null],
    ['PUT', { url: '/x', params: '{"a": 1}', payload: 'body' }, '/x?a=1', 'body'],
    ['HEAD', { url: '/x?own=query' }, '/x?own=query', null],
    ['get', { url: '' }, null, null],
  ])('puts the params of a %s task into its URL', async (method, args, url, body) => {
    const { name } = await add({ method, ...args });
    expect(await stored(name)).toMatchObject({ method: method.toUpperCase(), url, body_text: body });
  });

  test('drops headers that are not the task’s to set, and keeps the three that are', async () => {
    const { name } = await add({
      headers: JSON.stringify({
        'X-AppEngine-QueueName': 'forged',
        'x-google-a': '1',
        'X-CloudTasks-TaskName': '1',
        'Webhook-Id': '1',
        'taskqueue-signature': '1',
        'Content-Length': '7',
        Connection: 'x',
        'Transfer-Encoding': 'chunked',
        TE: 'x',
        Upgrade: 'x',
        Expect: 'x',
        Referer: 'x',
        'X-AppEngine-FailFast': 'true',
        'X-AppEngine-Default-Namespace': 'd',
        'X-AppEngine-Current-Namespace': 'mine',
        'X-Own': 'kept',
        Host: 'V2.Worker',
      }),
      namespace: 'given',
    });
    expect(await stored(name)).toMatchObject({
      headers: { 'x-appengine-failfast': 'true', 'x-appengine-default-namespace': 'd', 'x-own': 'kept' },
      namespace: 'mine',
      target: 'v2.worker',
    });
  });

  test('takes names of headers as a handler’s server may: every sign that is no letter or digit as a hyphen', async () => {
    const forged = {
      X_AppEngine_Cron: 'true',
      'X-AppEngine_QueueName': 'forged',
      'x.appengine.taskname': 'forged',
      X_AppEngine_FailFast: 'true',
      X_AppEngine_Current_Namespace: 'forged',
      X_Google_A: '1',
      X_CloudTasks_TaskName: '1',
      Webhook_Id: '1',
      taskqueue_signature: '1',
      Content_Length: '7',
      Transfer_Encoding: 'chunked',
      Proxy_Authorization: 'x',
      my_own: 'kept',
    };
    const { name } = await add({ headers: JSON.stringify(forged), namespace: 'given' });
    const { headers, namespace } = await stored(name);
    expect({ headers, namespace }).toEqual({ headers: { my_own: 'kept' }, namespace: 'given' });
  });

  test('keeps names of headers and params that are odd but valid', async () => {
    const { name } = await add({ headers: '{"__proto__": "x", "constructor": "y"}' });
    expect(
      await value(
        db.pool,
        'select headers::text from taskqueue._tasks where id = taskqueue._find_task((select q from taskqueue._queues q where q.id = queue_id), $1)',
        [name],
      ),
    ).toBe('{"__proto__": "x", "constructor": "y"}');
  });

  test('counts bytes as App Engine did', async () => {
    // App Engine's own example has 139 bytes with a Host header of 27, which is not kept here.
    const { name } = await add({
      method: 'PUT',
      payload_bytes: Buffer.from('mypayload'),
      url: '/foo/bar/baz?seven=eleven&must+be=escap%26ed',
      headers: '{"one": "two", "three": "four", "Host": "app-id.appsplot.com"}',
    });
    expect(await value(db.pool, 'select size from taskqueue.tasks where name = $1', [name])).toBe(String(139 - 27));
  });

  test.each<[string, Record<string, unknown>, number]>([
    ['a plain task', { url: '/x' }, 102_400],
    ['one without a URL', {}, 102_400],
    ['a host, which becomes the target', { headers: '{"Host": "v2.worker", "x-own": "a"}' }, 102_400],
    ['its own namespace, in a header', { headers: '{"X-AppEngine-Current-Namespace": "acme"}' }, 102_400],
    ['a namespace', { namespace: 'acme', method: 'PUT' }, 102_400],
    ['params in its URL', { method: 'PUT', url: '/x', params: '{"a": "b c"}' }, 102_400],
    ['its own content type', { headers: '{"content-type": "text/x"}' }, 102_400],
    ['headers that are dropped', { headers: '{"x-google-a": "abc", "te": "x"}' }, 102_400],
    ['a whole URL', { url: 'http://sized.example/x' }, 102_400],
    ['a target', { target: 'worker', url: '/x' }, 102_400],
    ['a pull task', { queue: 'sized-pull', tag: 'red' }, 1_048_576],
  ])('%s: its size in the view is the size that is checked', async (_, args, most) => {
    await db.pool.query(`select taskqueue.allow_url('sized.example'), taskqueue.create_queue('sized-pull', mode => 'pull')
      where not exists (select from taskqueue.queues where name = 'sized-pull')`);
    const sizeOf = async (bytes: number) => {
      const { name } = await add({ ...args, payload: 'x'.repeat(bytes) });
      return Number(await value(db.pool, 'select size from taskqueue.tasks where name = $1', [name]));
    };
    const around = (await sizeOf(70_000)) - 70_000;
    expect(await sizeOf(most - around)).toBe(most);
    const error = await refusal(add({ ...args, payload: 'x'.repeat(most - around + 1) }));
    expect(error).toMatchObject({
      code: 'TQ004',
      message: expect.stringContaining(`at most ${most} bytes, got ${most + 1}`),
    });
  });

  test('takes 102400 bytes and not one more', async () => {
    const rest = 'POST'.length + '/x'.length + 'X-AppEngine-Current-Namespace: \r\n'.length;
    await add({ url: '/x', payload_bytes: Buffer.alloc(102400 - rest) });
    const error = await refusal(add({ url: '/x', payload_bytes: Buffer.alloc(102400 - rest + 1) }));
    expect(error).toMatchObject({ code: 'TQ004', message: 'a push task must be at most 102400 bytes, got 102401' });
  });

  test('an eta in the past or a countdown below zero means now', async () => {
    for (const args of [{ eta: '2001-01-01T00:00:00Z' }, { countdown: -5 }]) {
      const task = await add(args);
      expect(task.eta).toEqual(task.created);
    }
  });

  test('keeps an eta to the microsecond', async () => {
    const { name } = await row<{ name: string }>(
      db.pool,
      `select name from taskqueue.add(eta => date_trunc('day', now()) + interval '2 days 1.234567 s')`,
    );
    expect(
      await value(db.pool, `select to_char(eta at time zone 'UTC', 'SS.US') from taskqueue.tasks where name = $1`, [
        name,
      ]),
    ).toBe('01.234567');
  });

  test('takes 30 days ahead and not a microsecond more', async () => {
    await add({ countdown: 2592000 });
    await db.pool.query(`select taskqueue.add(eta => now() + interval '2592000 s')`);
    expect(await refusalCode(add({ countdown: 2592000.000001 }))).toBe('TQ012');
    expect(
      await refusalCode(db.pool.query(`select taskqueue.add(eta => clock_timestamp() + interval '2592060 s')`)),
    ).toBe('TQ012');
  });

  test('gives a task its own whole retry block', async () => {
    const { name } = await add({ retry: '{"min_backoff_seconds": 5000, "task_age_limit": 1.5}' });
    expect(
      await value(
        db.pool,
        'select to_jsonb(retry) from taskqueue._tasks where id = taskqueue._find_task((select q from taskqueue._queues q where q.id = queue_id), $1)',
        [name],
      ),
    ).toEqual({
      task_retry_limit: null,
      task_age_limit: 2,
      min_backoff_seconds: 5000,
      max_backoff_seconds: 5000,
      max_doublings: 16,
    });
  });
});

describe('the short way', () => {
  test.each<[string, Record<string, unknown>]>([
    ['text', { payload: 'grüß' }],
    ['an empty text', { payload: '' }],
    ['JSON', { payload_json: '{"a": [1, null]}' }],
    ['JSON null', { payload_json: 'null' }],
    ['bytes', { payload_bytes: Buffer.from([0, 255]) }],
    ['a path', { payload: 'x', url: '/a/b.c_d-e' }],
    ['a pull task', { queue: 'short-pull', payload: 'x' }],
    ['a pull task of bytes, with a tag', { queue: 'short-pull', payload_bytes: Buffer.from('x'), tag: 'red' }],
    ['a pull task with an empty tag', { queue: 'short-pull', payload: '', tag: '' }],
  ])('stores %s as the long way does', async (_, args) => {
    await db.pool.query(
      `select taskqueue.create_queue('short-pull', mode => 'pull') where not exists (select from taskqueue.queues where name = 'short-pull')`,
    );
    const stored = async (more: Record<string, unknown>) => {
      const { name } = await add({ ...args, ...more });
      return row(
        db.pool,
        `
        select queue_id, method, url, target, namespace, dispatch_deadline, retry, headers, body_kind, tag, name, body, attempts, leased_until, lease_token, due = created as at_once
        from taskqueue._tasks where id = taskqueue._generated_id($1)`,
        [name],
      );
    };
    expect(await stored({})).toEqual(await stored({ countdown: 0 })); // a countdown takes the long way
  });
});

describe('what is refused', () => {
  const long = (n: number) => 'x'.repeat(n);
  test.each<[string, Record<string, unknown>, string]>([
    ['an unknown queue', { queue: 'no-such' }, 'TQ001'],
    ['a queue name with an underscore', { queue: 'a_b' }, 'TQ006'],
    ['an empty queue name', { queue: '' }, 'TQ006'],
    ['a queue name of 101 letters', { queue: long(101) }, 'TQ006'],
    ['a queue name with a line end', { queue: 'default\n' }, 'TQ006'],
    ['a queue name of a megabyte', { queue: long(1 << 20) }, 'TQ006'],
    ['a queue name with a mark that turns the line', { queue: 'a\u202eb' }, 'TQ006'],
    ['a name of 501 letters', { name: long(501), transactional: false }, 'TQ005'],
    ['a name with a line end', { name: 'abc\n', transactional: false }, 'TQ005'],
    ['a name with an accent', { name: 'é', transactional: false }, 'TQ005'],
    ['a name with a wide letter', { name: 'Ａ', transactional: false }, 'TQ005'],
    ['a name with a slash', { name: '../../etc', transactional: false }, 'TQ005'],
    ['a name with SQL', { name: `'; drop table x; --`, transactional: false }, 'TQ005'],
    ['a name in a transaction', { name: 'a' }, 'TQ005'],
    ['a URL without a slash', { url: 'send' }, 'TQ007'],
    ['a URL with a host', { url: 'https://a/b' }, 'TQ007'],
    ['a URL that names a host by two slashes', { url: '//host/x' }, 'TQ007'],
    ['a URL that names a host by a backslash', { url: '/\\host/x' }, 'TQ007'],
    ['a URL with a fragment', { url: '/a#b' }, 'TQ007'],
    ['a URL with a line end', { url: '/a\r\nX: y' }, 'TQ007'],
    ['a URL with a space', { url: '/a b' }, 'TQ007'],
    ['a URL of 2084 characters', { url: `/${long(2083)}` }, 'TQ007'],
    ['an unknown method', { method: 'PATCH' }, 'TQ108'],
    ['a method with a line end', { method: 'POST\r\nX' }, 'TQ108'],
    ['two payloads', { payload: 'a', payload_json: '1' }, 'TQ108'],
    ['a payload and params', { payload: 'a', params: '{"a": 1}' }, 'TQ108'],
    ['a payload with GET', { method: 'GET', payload: 'a' }, 'TQ108'],
    ['a payload with HEAD', { method: 'HEAD', payload: '' }, 'TQ108'],
    ['a payload with DELETE', { method: 'DELETE', payload_bytes: Buffer.from('a') }, 'TQ108'],
    ['a query with POST', { url: '/a?b=c' }, 'TQ108'],
    ['a query and params with GET', { method: 'GET', url: '/a?b=c', params: '{"d": 1}' }, 'TQ108'],
    ['a query and params with PUT', { method: 'PUT', url: '/a?b=c', params: '{"d": 1}' }, 'TQ108'],
    ['params that are a list', { params: '[1]' }, 'TQ108'],
    ['a param that is an object', { params: '{"a": {"b": 1}}' }, 'TQ108'],
    ['headers that are a list', { headers: '["a"]' }, 'TQ108'],
    ['a header with a number', { headers: '{"a": 1}' }, 'TQ108'],
    ['a header name with a space', { headers: '{"a b": "c"}' }, 'TQ108'],
    ['an empty header name', { headers: '{"": "c"}' }, 'TQ108'],
    ['a header value with a line end', { headers: '{"a": "b\\r\\nc: d"}' }, 'TQ108'],
    ['a header value beyond Latin-1', { headers: '{"a": "\u010a"}' }, 'TQ108'],
    ['a cookie', { headers: '{"Cookie": "a=b"}' }, 'TQ108'],
    ['proxy credentials', { headers: '{"proxy-authorization": "a"}' }, 'TQ108'],
    ['16 KB of headers', { headers: JSON.stringify({ a: long(16384) }) }, 'TQ004'],
    ['a target and a Host', { target: 'worker', headers: '{"host": "worker"}' }, 'TQ108'],
    ['a target with a slash', { target: 'a/b' }, 'TQ111'],
    ['a namespace with a space', { namespace: 'a b' }, 'TQ108'],
    ['a tag on a push task', { tag: 'a' }, 'TQ108'],
    ['a countdown and an eta', { countdown: 1, eta: new Date() }, 'TQ108'],
    ['a countdown that is no number', { countdown: 'NaN' }, 'TQ108'],
    ['a countdown without end', { countdown: 'Infinity' }, 'TQ012'],
    ['a countdown of 1e300', { countdown: 1e300 }, 'TQ012'],
    ['a countdown back before 1970', { countdown: -1e10 }, 'TQ012'],
    ['an eta without end', { eta: 'infinity' }, 'TQ012'],
    ['an eta before everything', { eta: '-infinity' }, 'TQ012'],
    ['an eta before 1970', { eta: '1969-12-31T23:59:59Z' }, 'TQ012'],
    ['a deadline of 14.9 seconds', { dispatch_deadline: 14.9 }, 'TQ029'],
    ['a deadline above 24 hours', { dispatch_deadline: 86400.1 }, 'TQ029'],
    ['a deadline that is no number', { dispatch_deadline: 'NaN' }, 'TQ029'],
    ['a retry limit below zero', { retry: '{"task_retry_limit": -1}' }, 'TQ105'],
    ['half a retry', { retry: '{"task_retry_limit": 1.5}' }, 'TQ105'],
    ['an unknown retry key', { retry: '{"limit": 1}' }, 'TQ105'],
    ['an age limit of zero', { retry: '{"task_age_limit": 0}' }, 'TQ105'],
    [
      'a maximum back-off below the minimum',
      { retry: '{"min_backoff_seconds": 2, "max_backoff_seconds": 1}' },
      'TQ105',
    ],
    ['retry that is a list', { retry: '[]' }, 'TQ105'],
    ['a PULL task for a push queue', { method: 'PULL', payload: 'a' }, 'TQ021'],
    ['an unknown if_exists', { if_exists: 'replace' }, 'TQ013'],
  ])('refuses %s', async (_, args, code) => {
    const error = await refusal(add(args));
    expect(error.code).toBe(code);
    expect(error.hint).toBeTruthy();
  });

  test('says what was expected and what was given', async () => {
    const error = await refusal(add({ queue: 'a_b' }));
    expect(error).toMatchObject({
      message: "queue must be 1 to 100 letters, digits or hyphens, got 'a_b'",
      detail: '{"queue": "a_b"}',
      hint: 'List the queues: select name from taskqueue.queues;',
    });
  });

  test('leaves nothing behind', async () => {
    const before = await value(db.pool, 'select count(*) from taskqueue.tasks');
    await refusal(add({ url: 'nonsense' }));
    expect(await value(db.pool, 'select count(*) from taskqueue.tasks')).toBe(before);
  });

  test('takes the limits themselves', async () => {
    await add({ name: long(500), transactional: false });
    await add({ url: `/${long(2082)}` });
    await add({ dispatch_deadline: 15 });
    await add({ dispatch_deadline: 86400 });
    await add({ name: '', payload: '' });
  });

  test('checks in App Engine’s order', async () => {
    expect(await refusalCode(add({ queue: 'no-such', name: '!', url: 'x', transactional: false }))).toBe('TQ001');
    expect(
      await refusalCode(add({ name: '!', url: 'x', countdown: 1e9, dispatch_deadline: 1, transactional: false })),
    ).toBe('TQ012');
    expect(
      await refusalCode(add({ name: '!', url: 'x', eta: 'infinity', dispatch_deadline: 1, transactional: false })),
    ).toBe('TQ005');
    expect(await refusalCode(add({ url: 'x', eta: 'infinity', dispatch_deadline: 1 }))).toBe('TQ007');
    expect(await refusalCode(add({ eta: 'infinity', payload: long(200000), dispatch_deadline: 1 }))).toBe('TQ012');
    expect(await refusalCode(add({ payload: long(200000), retry: '[]', dispatch_deadline: 1 }))).toBe('TQ004');
    expect(await refusalCode(add({ retry: '[]', dispatch_deadline: 1 }))).toBe('TQ105');
    expect(await refusalCode(add({ name: 'named', queue: 'no-such' }))).toBe('TQ005');
  });
});

describe('a pull queue', () => {
  test('takes a payload, a tag and a name, and keeps no header', async () => {
    await db.pool.query(`select taskqueue.create_queue('pull', mode => 'pull')`);
    const { name } = await add({ queue: 'pull', payload: 'x', tag: 'red', method: 'pull' });
    expect(await row(db.pool, 'select * from taskqueue.tasks where name = $1', [name])).toMatchObject({
      method: 'PULL',
      url: null,
      tag: 'red',
      size: '5',
    });
    await add({ queue: 'pull', params: '{"a": 1}' });
    await add({ queue: 'pull', payload: '' });
    await add({ queue: 'pull', payload: 'x', tag: '', retry: '{"task_retry_limit": 3}' });
    await add({ queue: 'pull', payload: 'x', tag: 'é'.repeat(250) });
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['no payload', {}, 'TQ108'],
    ['a URL', { payload: 'a', url: '/x' }, 'TQ021'],
    ['headers', { payload: 'a', headers: '{"a": "b"}' }, 'TQ021'],
    ['a target', { payload: 'a', target: 'x' }, 'TQ021'],
    ['a PULL task with a URL', { payload: 'a', method: 'PULL', url: '/x' }, 'TQ108'],
    ['a payload and params', { payload: 'a', params: '{"a": 1}' }, 'TQ108'],
    ['a back-off', { payload: 'a', retry: '{"min_backoff_seconds": 1}' }, 'TQ108'],
    ['a tag of 501 bytes', { payload: 'a', tag: 'x'.repeat(501) }, 'TQ027'],
    ['a POST task', { payload: 'a', method: 'POST' }, 'TQ021'],
    ['more than 1 MB in its own statement', { payload: 'x'.repeat(1048577), transactional: false }, 'TQ004'],
    ['more than 1 MB in a transaction', { payload: 'x'.repeat(1048577) }, 'TQ023'],
  ])('refuses %s', async (_, args, code) => {
    expect(await refusalCode(add({ queue: 'pull', ...args }))).toBe(code);
  });
});
