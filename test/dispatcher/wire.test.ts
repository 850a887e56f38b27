// From add to the handler: the request that arrives for a task, one test per rule.
import { describe, expect, test } from 'vitest';
import { nextName } from '../support/names.ts';
import { refusal } from '../support/sql.ts';
import { useDispatchers } from './harness.ts';

const harness = useDispatchers();

/** Adds a task to a queue of its own, delivers it, and returns the request that arrived. */
async function delivered(task: Record<string, unknown>) {
  const queue = nextName('wire');
  await harness.createQueue(queue);
  await harness.add(queue, task);
  const { target } = harness;
  const before = target.requests.length;
  expect(await harness.dispatcher().runOnce()).toMatchObject({ completed: 1 });
  const request = target.requests[before];
  if (!request) throw new Error('nothing arrived');
  return { ...request, queue, text: request.body.toString(), type: request.headers['content-type'] };
}

const FORM = 'application/x-www-form-urlencoded';
const params = JSON.stringify({ a: [1, 2], b: 'x y&z', none: [], ü: 'é' });
const encoded = 'a=1&a=2&b=x+y%26z&%C3%BC=%C3%A9';
/** jsonb keeps keys in its own order. */
const inAnyOrder = (text: string) => text.split('&').sort();

describe('method, payload and params', () => {
  test('POST with params: a form in the body', async () => {
    const { method, url, text, type } = await delivered({ url: '/x', params });
    expect([method, url, type]).toEqual(['POST', '/x', FORM]);
    expect(inAnyOrder(text)).toEqual(inAnyOrder(encoded));
  });

  test.each(['GET', 'HEAD', 'DELETE'])('%s with params: a query, and no body', async (method) => {
    const request = await delivered({ url: '/x', method, params });
    expect([request.method, request.text, request.type]).toEqual([method, '', undefined]);
    const [path, query = ''] = request.url.split('?');
    expect(path).toBe('/x');
    expect(inAnyOrder(query)).toEqual(inAnyOrder(encoded));
  });

  test('PUT with a payload and params: the payload in the body, the params in the query', async () => {
    const { method, url, text } = await delivered({ url: '/x', method: 'PUT', payload: 'whole', params: '{"a": 1}' });
    expect([method, url, text]).toEqual(['PUT', '/x?a=1', 'whole']);
  });

  test.each(['GET', 'HEAD', 'PUT', 'DELETE'])('%s keeps the query of its URL', async (method) => {
    expect((await delivered({ url: '/x?a=b%20c&a=d', method })).url).toBe('/x?a=b%20c&a=d');
  });

  test('empty params count as none', async () => {
    const { text, type } = await delivered({ url: '/x', params: '{}' });
    expect([text, type]).toEqual(['', undefined]);
  });

  test.each([
    ['text', { payload: 'grüße' }, 'text/plain; charset=utf-8', Buffer.from('grüße')],
    ['bytes', { payload_bytes: Buffer.from([0, 255]) }, 'application/octet-stream', Buffer.from([0, 255])],
    ['JSON', { payload_json: '{"a": 1}' }, 'application/json', Buffer.from('{"a": 1}')],
    [
      'text with a type of its own',
      { payload: '<a/>', headers: '{"Content-Type": "text/xml"}' },
      'text/xml',
      Buffer.from('<a/>'),
    ],
  ])('a payload of %s: its bytes and its type', async (_what, task, expected, bytes) => {
    const { type, body, headers } = await delivered({ url: '/x', ...task });
    expect([type, body, headers['content-length']]).toEqual([expected, bytes, String(bytes.length)]);
  });

  test('a task without a URL goes to /_ah/queue/<queue>', async () => {
    const { url, queue } = await delivered({});
    expect(url).toBe(`/_ah/queue/${queue}`);
  });
});

describe('headers', () => {
  test('the task’s own are sent; case does not matter', async () => {
    const { headers } = await delivered({ headers: '{"X-Order": "7", "AUTHORIZATION": "Bearer x"}' });
    expect(headers).toMatchObject({ 'x-order': '7', authorization: 'Bearer x' });
  });

  test('traceparent and tracestate are passed through, value for value', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const { headers } = await delivered({ headers: JSON.stringify({ traceparent, tracestate: 'a=b,c=d' }) });
    expect(headers).toMatchObject({ traceparent, tracestate: 'a=b,c=d' });
  });

  test('reserved and hop-by-hop headers are not stored, and so not sent', async () => {
    const given = {
      'X-AppEngine-QueueName': 'other',
      'X-Google-Internal': '1',
      'Webhook-Signature': 'v1,x',
      'taskqueue-signature': 'x',
      Connection: 'x-order',
      'Keep-Alive': 'timeout=1',
      'Proxy-Connection': 'x',
      'Transfer-Encoding': 'gzip',
      TE: 'trailers',
      Trailer: 'x',
      Upgrade: 'h2c',
      Expect: '100-continue',
      'Content-Length': '99',
      Referer: 'http://elsewhere/',
      'Accept-Encoding': 'gzip',
    };
    const queue = nextName('wire');
    await harness.createQueue(queue);
    const name = await harness.add(queue, { headers: JSON.stringify({ ...given, 'X-Order': '7' }) });
    const stored = `select headers from taskqueue._tasks where id = taskqueue._generated_id($1)`;
    expect((await harness.database.pool.query(stored, [name])).rows).toEqual([{ headers: { 'x-order': '7' } }]);
    await harness.dispatcher().runOnce();
    expect(harness.target.requests[0]?.headers).toMatchObject({
      'x-appengine-queuename': queue,
      connection: 'keep-alive',
      'accept-encoding': 'identity',
    });
  });

  test.each(['a\r\nx-injected: b', 'a\rb', 'a\nb', 'a\u0001b', 'a\u007fb'])(
    'the value %j is refused, by the name of its header',
    async (value) => {
      const refused = await refusal(harness.add('default', { headers: JSON.stringify({ 'X-Bad-One': value }) }));
      expect(refused).toMatchObject({
        code: 'TQ108',
        message: expect.stringContaining(`'X-Bad-One'`),
        detail: '{"header": "X-Bad-One"}',
      });
    },
  );

  test('16 KB of headers are accepted, a byte more is rejected', async () => {
    const most = 16_384 - 'x-a'.length - 4;
    const { headers } = await delivered({ headers: JSON.stringify({ 'x-a': 'x'.repeat(most - 8_000) }) }); // Node's servers accept 16 KB of headers in all
    expect(headers['x-a']).toHaveLength(most - 8_000);
    await harness.createQueue('sixteen');
    await harness.add('sixteen', { headers: JSON.stringify({ 'x-a': 'x'.repeat(most) }) });
    expect(
      (await refusal(harness.add('default', { headers: JSON.stringify({ 'x-a': 'x'.repeat(most + 1) }) }))).code,
    ).toBe('TQ004');
  });
});

describe('deadline', () => {
  test.each([
    [undefined, 600],
    [15, 15],
    [86_400, 86_400],
  ])('asked for %s s: the handler receives the deadline, %i s after the start', async (dispatch_deadline, seconds) => {
    const { headers } = await delivered(dispatch_deadline === undefined ? {} : { dispatch_deadline });
    const started = Number(headers['webhook-timestamp']);
    expect(Number(headers['x-appengine-taskdeadline']) - started).toBeGreaterThanOrEqual(seconds);
    expect(Number(headers['x-appengine-taskdeadline']) - started).toBeLessThanOrEqual(seconds + 1);
  });
});

test('tasks to one target share a connection, one after another', async () => {
  const ports = new Set<unknown>();
  const dispatcher = harness.dispatcher();
  await harness.createQueue('kept-alive');
  harness.target.answer((request) => {
    ports.add(request.port);
    return 200;
  });
  for (let i = 0; i < 5; i++) {
    await harness.add('kept-alive', { url: `/${i}` });
    await dispatcher.runOnce();
  }
  expect(harness.target.requests).toHaveLength(5);
  expect(ports.size).toBe(1);
});
