import type { lookup } from 'node:dns';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ExternalUrls, ForbiddenUrl } from '../../src/dispatcher/delivery/external-urls.ts';
import { RequestKeys } from '../../src/dispatcher/delivery/request-keys.ts';
import { Sender } from '../../src/dispatcher/delivery/sender.ts';
import { Targets } from '../../src/dispatcher/delivery/targets.ts';
import { AddressRanges } from '../../src/domain/address-ranges.ts';
import { AllowedUrls, refusedUrl, SERVICE_PORTS } from '../../src/domain/allowed-urls.ts';
import { isPublicAddress } from '../../src/domain/public-addresses.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { refusal, row, rows } from '../support/sql.ts';
import { aDispatch } from './a-dispatch.ts';
import { useDispatchers } from './harness.ts';
import { HOSTILE_URLS } from './hostile-urls.ts';

const harness = useDispatchers();
const add = (url: string, more: Record<string, unknown> = {}) => harness.add('default', { url, ...more });
const allow = (entry: string) => harness.database.pool.query('select taskqueue.allow_url($1)', [entry]);

describe('with every public name and some addresses allowed', () => {
  beforeAll(async () => {
    for (const entry of ['*', '8.8.8.0/24', 'only.example.com']) await allow(entry);
  });
  afterAll(() => harness.database.pool.query('delete from taskqueue._allowed_urls'));

  test('there are 103 hostile URLs', () => expect(new Set(HOSTILE_URLS.map(([, url]) => url)).size).toBe(103));

  test.each(HOSTILE_URLS)(
    '%s: %j is rejected when it is added, with a hint how to allow another host',
    async (_family, url) => {
      const refused = await refusal(add(url));
      expect(refused.code).toBe('TQ007');
      expect(refused.hint).toMatch(/set_target|allow_url|the target determines the host/);
    },
  );

  test.each(HOSTILE_URLS)('%s: %j is rejected again when it is sent', async (_family, url) => {
    if (/^http:\/\/example\.com\/[\s\S]/.test(url)) return; // the origin is fine: only the database checks paths
    expect(await passes(url.match(/^[^/]*\/\/[^/?#]*/)?.[0] ?? url)).toBe(false);
  });

  test.each([
    ['https://hooks.example.com/a?b=c', 'https://hooks.example.com', '/a?b=c'],
    ['http://example.com', 'http://example.com', '/'],
    ['https://example.com?x=1', 'https://example.com', '/?x=1'],
    ['https://example.com:8443/x', 'https://example.com:8443', '/x'],
    ['http://8.8.8.8/x', 'http://8.8.8.8', '/x'],
  ])('%s is added with its origin as the target', async (url, target, path) => {
    const name = await add(url, { method: 'PUT' });
    expect(await row(harness.database.pool, 'select target, url from taskqueue.tasks where name = $1', [name])).toEqual(
      { target, url: path },
    );
    expect(await passes(target)).toBe(true);
  });

  test('a URL with a host and a target exclude each other', async () => {
    expect((await refusal(add('https://example.com/x', { target: 'worker' }))).code).toBe('TQ108');
  });

  /** True if the sender would send it, with every name at a public address. */
  async function passes(origin: string): Promise<boolean> {
    const urls = new ExternalUrls();
    urls.setAllowed(
      (await rows<{ entry: string }>(harness.database.pool, 'select entry from taskqueue.allowed_urls')).map(
        ({ entry }) => entry,
      ),
    );
    try {
      return urls.check(origin, 'native') === origin;
    } catch (error) {
      expect(error).toBeInstanceOf(ForbiddenUrl);
      return false;
    }
  }
});

describe('hosts that tasks may name', () => {
  test('none until an operator allows one; then that host and no other', async () => {
    const refused = await refusal(add('https://hooks.example.com/x'));
    expect(refused).toMatchObject({
      code: 'TQ007',
      message: expect.stringContaining('hooks.example.com is not allowed'),
    });
    expect(refused.hint).toContain(`taskqueue.allow_url('hooks.example.com')`);
    await allow('hooks.example.com');
    await add('https://hooks.example.com/x');
    for (const other of [
      'https://example.com/',
      'https://x.hooks.example.com/',
      'https://xhooks.example.com/',
      'https://8.8.8.8/',
    ])
      expect((await refusal(add(other))).code).toBe('TQ007');
    await harness.database.pool.query(`select taskqueue.disallow_url('hooks.example.com')`);
    expect((await refusal(add('https://hooks.example.com/x'))).code).toBe('TQ007');
  });

  test('*.example.com: every name below it', async () => {
    await allow('*.example.com');
    await add('https://a.b.example.com/');
    for (const other of ['https://example.com/', 'https://aexample.com/'])
      expect((await refusal(add(other))).code).toBe('TQ007');
    const urls = new ExternalUrls();
    urls.setAllowed(['*.example.com']);
    expect(urls.check('https://a.b.example.com', 'native')).toBe('https://a.b.example.com');
    for (const other of ['https://example.com', 'https://aexample.com'])
      expect(() => urls.check(other, 'native')).toThrow(/may not be sent/);
  });

  test.each(['', 'http://a', 'A.com', 'a b', '*a', '10.0.0.1/8', '10.0.0/33', '*.', 'a/8', ':'])(
    '%j is no entry',
    async (entry) => {
      expect((await refusal(allow(entry))).code).toBe('TQ111');
    },
  );
});

test('the sentence of a refusal names the rule', () => {
  const rules = new AllowedUrls(['example.com', '10.0.0.0/8']);
  const refusals: Record<string, string | undefined> = {
    'https://example.com': undefined,
    'http://10.1.2.3:8080': undefined,
    'https://other.example.com':
      "tasks may not be sent to other.example.com; an operator can allow it with taskqueue.allow_url('other.example.com') or pgtaskqueue serve --allow-url other.example.com",
    'http://[::1]':
      "tasks may not be sent to ::1; an operator can allow it with taskqueue.allow_url('::1') or pgtaskqueue serve --allow-url ::1",
    'http://example.com:5432': 'tasks may not be sent to port 5432, which is not one of HTTP',
    'http://example.com:22': 'tasks may not be sent to port 22, which is not one of HTTP',
    'https://Example.com': 'the URL of a task must begin with the normal form of an origin, got https://Example.com',
    'https://me@example.com':
      'the URL of a task must begin with the normal form of an origin, got https://me@example.com',
  };
  expect(
    Object.fromEntries(Object.keys(refusals).map((origin) => [origin, refusedUrl(origin, 'native', rules)])),
  ).toEqual(refusals);
});

test('the database has the same ports of services', async () => {
  const [{ prosrc }] = (await rows(
    harness.database.pool,
    `select prosrc from pg_proc where oid = 'taskqueue._external_origin'::regproc`,
  )) as [{ prosrc: string }];
  const listed = /services constant integer\[\] := array\[([^\]]*)\]/.exec(prosrc)?.[1]?.split(',').map(Number);
  expect(listed).toEqual(SERVICE_PORTS);
});

test('an IPv6 rule for mapped addresses does not match IPv4 ones', () => {
  expect(isPublicAddress('8.8.8.8')).toBe(true);
  expect(isPublicAddress('2606:4700::1111')).toBe(true);
  expect(isPublicAddress('::ffff:8.8.8.8')).toBe(false);
  expect(isPublicAddress('localhost')).toBe(false);
  const ranges = new AddressRanges(['::ffff:0:0/96', 'example.com', '10.1.0.0/16']);
  expect(
    ['::ffff:7f00:1', '8.8.8.8', '10.1.2.3', '10.2.0.0', 'example.com'].map((address) => ranges.has(address)),
  ).toEqual([true, false, true, false, false]);
});

describe('addresses that a name resolves to', () => {
  /** A sender whose names resolve to these addresses, one list per lookup. */
  function aSender(answers: string[][], allowed: string[], pattern?: string) {
    let asked = 0;
    const resolve = ((
      _name: string,
      _options: object,
      callback: (error: null, found: { address: string; family: number }[]) => void,
    ) => {
      const found = answers[Math.min(asked++, answers.length - 1)] ?? [];
      callback(
        null,
        found.map((address) => ({ address, family: isIP(address) })),
      );
    }) as unknown as typeof lookup;
    const externalUrls = new ExternalUrls(resolve);
    externalUrls.setAllowed(allowed);
    const keys = new RequestKeys({}, silentLogger);
    const sender = new Sender({
      targets: new Targets(pattern === undefined ? {} : { '*': pattern }),
      externalUrls,
      keys,
      tokens: { authorization: async () => undefined },
      clock: systemClock,
      logger: silentLogger,
      databaseNow: Date.now,
    });
    return { sender, asked: () => asked };
  }

  async function aTarget(location?: string) {
    let requests = 0;
    const server = createServer((_request, response) => {
      requests += 1;
      response.writeHead(location ? 302 : 200, location ? { location } : {}).end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return { port: (server.address() as AddressInfo).port, requests: () => requests, server };
  }

  test.each([
    ['one that is not public', ['127.0.0.1']],
    ['one that is not public among others', ['8.8.8.8', '169.254.169.254']],
    ['an IPv6 one of this machine', ['::1']],
  ])('%s: nothing is sent', async (_what, addresses) => {
    const { server, port, requests } = await aTarget();
    const { sender } = aSender([addresses], ['*']);
    expect(await sender.send(aDispatch({ target: `http://rebound.example.com:${port}` }))).toMatchObject({
      status: 0,
      reason: 'Unknown Target',
    });
    expect(requests()).toBe(0);
    await sender.close();
    server.close();
  });

  test('an address covered by an entry: the checked address is the one that is called', async () => {
    const { server, port, requests } = await aTarget();
    const { sender } = aSender([['127.0.0.1']], ['internal.example.com', '127.0.0.0/8']);
    expect(await sender.send(aDispatch({ target: `http://internal.example.com:${port}` }))).toMatchObject({
      kind: 'completed',
    });
    expect(requests()).toBe(1);
    await sender.close();
    server.close();
  });

  test('a name that is rebound after a good first lookup is looked up again, and rejected', async () => {
    const { server, port, requests } = await aTarget();
    const { sender, asked } = aSender([['127.0.0.1'], ['127.0.0.1', '10.0.0.1'], ['10.0.0.1']], ['*', '127.0.0.1']);
    const send = () => sender.send(aDispatch({ target: `http://rebound.example.com:${port}` }));
    expect(await send()).toMatchObject({ kind: 'completed' });
    expect(await send()).toMatchObject({ reason: 'Unknown Target' });
    expect(await send()).toMatchObject({ reason: 'Unknown Target' });
    expect([asked(), requests()]).toEqual([3, 1]);
    await sender.close();
    server.close();
  });

  test.each(['localhost', 'metadata.google.internal', 'shop', 'LOCALHOST', 'a.localhost'])(
    'a pattern whose host is {target} does not reach this machine by the name %s, unless its address is allowed',
    async (name) => {
      const { server, port, requests } = await aTarget();
      const url = `http://{target}:${port}`;
      const refused = aSender([['127.0.0.1']], ['*', name], url).sender;
      expect(await refused.send(aDispatch({ target: name }))).toMatchObject({ status: 0, reason: 'Unknown Target' });
      expect(requests()).toBe(0);
      const allowed = aSender([['127.0.0.1']], ['127.0.0.0/8'], url).sender;
      expect(await allowed.send(aDispatch({ target: name }))).toMatchObject({ kind: 'completed' });
      await Promise.all([refused.close(), allowed.close()]);
      server.close();
    },
  );

  test('a redirect from an allowed host is a failure and is not followed', async () => {
    const { server, port, requests } = await aTarget('http://169.254.169.254/latest/meta-data/');
    const { sender, asked } = aSender([['127.0.0.1']], ['*', '127.0.0.1']);
    expect(await sender.send(aDispatch({ target: `http://moved.example.com:${port}` }))).toMatchObject({
      status: 302,
      reason: 'App Error',
    });
    expect([asked(), requests()]).toEqual([1, 1]);
    await sender.close();
    server.close();
  });
});

test('a dispatcher stores the hosts of its options, and sends to them', async () => {
  const { target } = harness;
  const dispatcher = harness.dispatcher({ allowUrls: ['127.0.0.1/32'] });
  await dispatcher.start();
  const name = await add(`${target.url}/free`);
  await expect.poll(() => target.requests.map(({ url }) => url)).toEqual(['/free']);
  expect(target.requests[0]?.headers['x-appengine-taskname']).toBe(name);
  await dispatcher.stop();
  await harness.database.pool.query('delete from taskqueue._allowed_urls');
});

test('a task whose host is no longer allowed fails, and explain_task says how to allow it again', async () => {
  await allow('hooks.example.com');
  await harness.createQueue('taken-back');
  const name = await harness.add('taken-back', { url: 'https://hooks.example.com:8443/x' });
  await harness.database.pool.query(`select taskqueue.disallow_url('hooks.example.com')`);
  expect((await harness.dispatcher().runOnce()).failed).toBeGreaterThan(0); // tasks of earlier tests may be retried
  expect(
    await rows(harness.database.pool, `select reason, remedy from taskqueue.explain_task('taken-back', $1)`, [name]),
  ).toContainEqual({
    reason: 'target',
    remedy: `select taskqueue.allow_url('hooks.example.com');`,
  });
});

test.each([
  ['https://example.com', true],
  ['http://93.184.216.34', true],
  ['http://[2606:2800:220:1::1]', true],
  ['http://169.254.169.254', false],
  ['http://127.0.0.1:8080', false],
  ['http://[::1]', false],
  ['http://localhost', false],
  ['http://metadata.google.internal', false],
  ['http://10.1.2.3', true], // allowed
  ['https://example.com:5432', false],
])('an HTTP task may go to %s: %s', (origin, allowed) => {
  expect(refusedUrl(origin, 'http', new AllowedUrls(['10.0.0.0/8'])) === undefined).toBe(allowed);
});
