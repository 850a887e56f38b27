// The adapters for frameworks: one suite for all of them, each with a real server and a real client.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type DeliveredTask,
  type HandlerOptions,
  namespaceManager,
  PermanentTaskFailure,
  SingularTaskFailure,
  type TaskVariables,
  taskFailuresExpress,
  taskHandler,
  taskOf,
  taskQueueExpress,
  taskQueueFastify,
  taskQueueHono,
} from '../../src/handler.ts';
import { aLogger, aTaskRequest, deliver, SECRET, type SentRequest } from './a-task-request.ts';

/** The same handler for every application: the last part of the path says what it does. */
type Act = (task: DeliveredTask) => unknown;
/** Starts a server that handles the paths below /tasks with it, and returns its base URL. */
type Adapter = (act: Act, options: HandlerOptions) => Promise<string>;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function baseUrl(server: Server): Promise<string> {
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
  closing.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const failing = ({ logger = aLogger(), errorStack = false }: HandlerOptions) => ({ logger, errorStack });

const adapters: Record<string, Adapter> = {
  async Hono(act, options) {
    const app = new Hono<{ Variables: TaskVariables }>();
    app.onError((_, c) => c.text('', 500));
    app.use('/tasks/*', taskQueueHono(options));
    app.all('/tasks/:what', async (c) => {
      await act(c.get('task'));
      return c.text(await c.req.text());
    });
    return baseUrl(serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server);
  },
  async fetch(act, options) {
    const handle = taskHandler(async (task) => {
      await act(task);
      return new Response(task.text());
    }, options);
    return baseUrl(serve({ fetch: handle, port: 0, hostname: '127.0.0.1' }) as Server);
  },
  async 'Next route handlers'(act, options) {
    // The exports of a route.ts: a function per method, called with the request and the parameters of its path.
    const handle = taskHandler(async (task) => {
      await act(task);
      return new Response(task.text());
    }, options);
    type RouteHandler = (request: Request, context: { params: Promise<{ what: string }> }) => Promise<Response>;
    const route: Record<string, RouteHandler> = { GET: handle, POST: handle, PUT: handle, DELETE: handle };
    const fetch = (request: Request) =>
      (route[request.method] as RouteHandler)(request, { params: Promise.resolve({ what: 'do' }) });
    return baseUrl(serve({ fetch, port: 0, hostname: '127.0.0.1' }) as Server);
  },
  async Express(act, options) {
    const app = express();
    app.use('/tasks', taskQueueExpress(options));
    app.use(express.json());
    app.all('/tasks/:what', async (req, res) => {
      await act(taskOf(req));
      res.send(taskOf(req).text());
    });
    app.use(taskFailuresExpress(failing(options)));
    app.use(((_error, _req, res, _next) => void res.sendStatus(500)) as express.ErrorRequestHandler);
    return baseUrl(app.listen(0, '127.0.0.1'));
  },
  async 'Express behind express.raw'(act, options) {
    const app = express();
    app.use(express.raw({ type: () => true }));
    app.use(taskQueueExpress(options));
    app.all('/tasks/:what', async (req, res) => {
      await act(taskOf(req));
      res.send(taskOf(req).text());
    });
    app.use(taskFailuresExpress(failing(options)));
    app.use(((_error, _req, res, _next) => void res.sendStatus(500)) as express.ErrorRequestHandler);
    return baseUrl(app.listen(0, '127.0.0.1'));
  },
  async Connect(act, options) {
    const open = taskQueueExpress(options);
    const failed = taskFailuresExpress(failing(options));
    const server = createServer((req, res) =>
      open(req, res, async () => {
        try {
          await act(taskOf(req));
          res.end(taskOf(req).text());
        } catch (error) {
          failed(error, req, res, () => res.writeHead(500).end());
        }
      }),
    );
    return baseUrl(server.listen(0, '127.0.0.1'));
  },
  async Fastify(act, options) {
    const app = fastify();
    closing.push(() => app.close());
    app.register(async (tasks) => {
      await tasks.register(taskQueueFastify, options);
      tasks.all('/tasks/:what', async (request) => {
        await act(taskOf(request));
        return taskOf(request).text();
      });
    });
    app.post('/open', async (request) => request.body);
    return app.listen({ port: 0, host: '127.0.0.1' });
  },
};

describe.each(Object.entries(adapters))('%s', (_, adapter) => {
  async function setup(act: Act = () => {}) {
    const logger = aLogger();
    const tasks: DeliveredTask[] = [];
    const seen = (task: DeliveredTask) => {
      tasks.push(task);
      return act(task);
    };
    const base = await adapter(seen, { secrets: SECRET, logger });
    const request = (changes: Parameters<typeof aTaskRequest>[0] = {}) =>
      aTaskRequest({ url: '/tasks/do?x=1', ...changes }, { base });
    return { base, logger, tasks, request };
  }

  test('a task is passed to the handler with its bytes', async () => {
    const { request, tasks } = await setup();
    const body = '{"order": 42,\n"name":"Grüße"}';
    const response = await deliver(
      request({ queue: 'mail', body: Buffer.from(body), headers: { 'content-type': 'application/json' } }),
    );
    expect([response.status, await response.text()]).toEqual([200, body]);
    expect(tasks).toMatchObject([{ queue: 'mail', genuine: true, path: '/tasks/do?x=1' }]);
    expect(tasks[0]?.json()).toEqual({ order: 42, name: 'Grüße' });
  });

  test.each(['GET', 'DELETE', 'PUT'])('%s without a body', async (method) => {
    const { request, tasks } = await setup();
    expect((await deliver(request({ method }))).status).toBe(200);
    expect(tasks).toMatchObject([{ method, path: '/tasks/do?x=1' }]);
  });

  test('a body in chunks, as a proxy may send it', async () => {
    const { request, tasks } = await setup();
    const { url, method, headers } = request({ body: Buffer.from('hello, world') });
    const body = new ReadableStream({
      start(controller) {
        for (const part of ['hello', ', world']) controller.enqueue(Buffer.from(part));
        controller.close();
      },
    });
    const response = await fetch(url, { method, headers, body, duplex: 'half' } as RequestInit);
    expect([response.status, await response.text()]).toEqual([200, 'hello, world']);
    expect(tasks[0]?.text()).toBe('hello, world');
  });

  test.each<[string, number, Error]>([
    ['PermanentTaskFailure', 200, new PermanentTaskFailure('never')],
    ['SingularTaskFailure', 408, new SingularTaskFailure('not now')],
    ['any other error', 500, new Error('broken')],
  ])('%s is answered with %i', async (_, status, error) => {
    const { request, logger } = await setup(() => Promise.reject(error));
    const response = await deliver(request({ body: Buffer.from('x') }));
    expect(response.status).toBe(status);
    expect(await response.text()).toBe(`${error.name}: ${error.message}`);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(response.headers.get('taskqueue-permanent-failure')).toBe(status === 200 ? '1' : null);
    if (status < 500) expect(logger.lines.map(([level]) => level)).toEqual(status === 200 ? ['error'] : []);
  });

  test('an error of a request that was not verified is not told', async () => {
    const act = () => Promise.reject(new PermanentTaskFailure('secret detail'));
    const base = await adapter(act, { insecure: true, logger: aLogger() });
    const response = await deliver(aTaskRequest({ url: '/tasks/do' }, { base, secrets: '' }));
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  test('the stack is told only if that was asked for', async () => {
    const base = await adapter(() => Promise.reject(new Error('broken')), {
      ...{ secrets: SECRET, logger: aLogger(), errorStack: true },
    });
    const response = await deliver(aTaskRequest({ url: '/tasks/do' }, { base }));
    expect(await response.text()).toMatch(/^Error: broken\n {4}at /);
  });

  test.each<[string, (sent: SentRequest) => SentRequest]>([
    ['a stranger', (sent) => ({ ...sent, headers: { 'x-appengine-queuename': 'mail', 'x-appengine-taskname': 'a' } })],
    ['another body', (sent) => ({ ...sent, body: Buffer.from('other') })],
    ['another path', (sent) => ({ ...sent, url: sent.url.replace('do', 'undo') })],
    [
      'a header that CGI reads as a task’s',
      (sent) => ({ ...sent, headers: { ...sent.headers, X_AppEngine_Cron: 'true' } }),
    ],
    ['another queue', (sent) => ({ ...sent, headers: { ...sent.headers, 'X-AppEngine-QueueName': 'vip' } })],
  ])('%s gets 403 and nothing else', async (_, change) => {
    const { request, tasks, logger } = await setup();
    const response = await deliver(change(request({ body: Buffer.from('x') })));
    expect([response.status, await response.text()]).toEqual([403, 'Forbidden']);
    expect(tasks).toEqual([]);
    expect(logger.lines).toMatchObject([['warn', expect.any(String), { problem: expect.any(String) }]]);
  });

  test('the handler runs in the namespace of its task', async () => {
    const namespaces: string[] = [];
    const { request } = await setup(async () => {
      await new Promise(setImmediate);
      namespaces.push(namespaceManager.get());
    });
    await Promise.all([deliver(request({ namespace: 'acme' })), deliver(request({ body: Buffer.from('x') }))]);
    expect(namespaces.sort()).toEqual(['', 'acme']);
  });
});

test('Express: a body that was parsed earlier is reported as a mistake', async () => {
  const app = express();
  const told: unknown[] = [];
  app.use(express.json(), taskQueueExpress({ secrets: SECRET, logger: aLogger() }));
  app.use(((error, _req, res, _next) => {
    told.push((error as Error).message);
    res.sendStatus(500);
  }) as express.ErrorRequestHandler);
  const base = await baseUrl(app.listen(0, '127.0.0.1'));
  const headers = { 'content-type': 'application/json' };
  expect((await deliver(aTaskRequest({ headers, body: Buffer.from('{}') }, { base }))).status).toBe(500);
  expect(told).toEqual([expect.stringContaining('before express.json()')]);
});

test('the status that an error carries, and when to retry, reach the dispatcher', async () => {
  const busy = Object.assign(new Error('busy'), { status: 503, statusCode: 503 });
  const hono = new Hono<{ Variables: TaskVariables }>();
  hono.onError((_, c) => c.html('<h1>busy</h1>', 503, { 'retry-after': '7' }));
  hono.use('/tasks/*', taskQueueHono({ secrets: SECRET, logger: aLogger() }));
  hono.post('/tasks/do', () => Promise.reject(busy));
  const sent = aTaskRequest({ url: '/tasks/do' });
  const answer = await hono.request(sent.url, { method: sent.method, headers: sent.headers });
  expect([answer.status, answer.headers.get('retry-after'), await answer.text()]).toEqual([503, '7', 'Error: busy']);
  for (const start of ['Express', 'Fastify']) {
    const base = await (adapters[start] as Adapter)(() => Promise.reject(busy), { secrets: SECRET, logger: aLogger() });
    const response = await deliver(aTaskRequest({ url: '/tasks/do' }, { base }));
    expect([response.status, await response.text()]).toEqual([503, 'Error: busy']);
  }
});

test('Express: errors of other routes are left to other handlers', async () => {
  const app = express();
  app.get('/open', () => {
    throw new Error('secret');
  });
  app.use(taskFailuresExpress({ logger: aLogger() }));
  app.use(((_error, _req, res, _next) => void res.status(418).end()) as express.ErrorRequestHandler);
  const base = await baseUrl(app.listen(0, '127.0.0.1'));
  const response = await fetch(`${base}/open`);
  expect([response.status, await response.text()]).toEqual([418, '']);
});

test('Fastify: routes outside of the scope of tasks are unaffected', async () => {
  const app = fastify();
  closing.push(() => app.close());
  app.register(async (tasks) => tasks.register(taskQueueFastify, { secrets: SECRET }));
  app.post('/open', async (request) => ({ got: request.body }));
  const response = await app.inject({ method: 'POST', url: '/open', payload: { a: 1 } });
  expect(response.json()).toEqual({ got: { a: 1 } });
});

test('without secrets no adapter starts', async () => {
  expect(() => taskQueueHono({})).toThrow('secrets must be given');
  expect(() => taskQueueExpress({})).toThrow('secrets must be given');
  await expect(fastify().register(taskQueueFastify, {}).ready()).rejects.toThrow('secrets must be given');
});

test('a route without the middleware is reported', () => {
  expect(() => taskOf({})).toThrow('taskQueueExpress');
});
