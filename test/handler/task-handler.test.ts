import { describe, expect, test, vi } from 'vitest';
import { namespaceManager } from '../../src/domain/namespace-manager.ts';
import type { HandlerOptions } from '../../src/handler/handler-options.ts';
import { PermanentTaskFailure, SingularTaskFailure } from '../../src/handler/task-failures.ts';
import { type TaskHandler, taskHandler } from '../../src/handler/task-handler.ts';
import { aLogger, asRequest, aTaskRequest, SECRET } from './a-task-request.ts';

function setup(handler: TaskHandler) {
  const logger = aLogger();
  const handle = taskHandler(handler, { secrets: SECRET, logger });
  return { logger, handle: (request = asRequest(aTaskRequest())) => handle(request) };
}

describe('handlers and their responses', () => {
  test.each<[string, TaskHandler, number, string[], string]>([
    ['returns', () => 'done', 200, [], ''],
    ['returns later', async () => {}, 200, [], ''],
    ['returns a response', () => new Response('created', { status: 201 }), 201, [], 'created'],
    ['returns one that is a failure', () => new Response(null, { status: 503 }), 503, [], ''],
    [
      'fails for good',
      () => Promise.reject(new PermanentTaskFailure('no such order')),
      200,
      ['error'],
      'PermanentTaskFailure: no such order',
    ],
    [
      'fails this once',
      () => {
        throw new SingularTaskFailure('busy');
      },
      408,
      [],
      'SingularTaskFailure: busy',
    ],
    ['throws', () => Promise.reject(new TypeError('550 no such user')), 500, ['error'], 'TypeError: 550 no such user'],
  ])('%s', async (_, handler, status, logged, text) => {
    const { handle, logger } = setup(handler);
    const response = await handle();
    expect(response.status).toBe(status);
    expect(logger.lines.map(([level]) => level)).toEqual(logged);
    expect(await response.text()).toBe(text);
    expect(response.headers.get('taskqueue-permanent-failure')).toBe(text.startsWith('Permanent') ? '1' : null);
  });

  test('the stack is answered only if that was asked for, and nothing to requests that were not verified', async () => {
    const fail = () => {
      throw new Error('broken');
    };
    const answer = async (options: HandlerOptions) => {
      const response = await taskHandler(fail, { logger: aLogger(), ...options })(asRequest(aTaskRequest()));
      return [response.headers.get('content-type'), await response.text()];
    };
    const plain = 'text/plain; charset=utf-8';
    expect(await answer({ secrets: SECRET })).toEqual([plain, 'Error: broken']);
    const stack = expect.stringMatching(/^Error: broken\n {4}at .*task-handler\.test/);
    expect(await answer({ secrets: SECRET, errorStack: true })).toEqual([plain, stack]);
    expect(await answer({ insecure: true, errorStack: true })).toEqual([plain, '']);
  });
});

test('the handler gets the task and a signal', async () => {
  const handler = vi.fn<TaskHandler>();
  await setup(handler).handle(asRequest(aTaskRequest({ queue: 'mail', body: Buffer.from('hi') })));
  const [task, { signal } = {}] = handler.mock.calls[0] ?? [];
  expect([task?.queue, task?.text(), signal?.aborted]).toEqual(['mail', 'hi', false]);
});

test('an unsigned request gets 403 and no details; the handler is not called; the operator sees it in the log', async () => {
  const handler = vi.fn();
  const { handle, logger } = setup(handler);
  const response = await handle(asRequest(aTaskRequest({}, { secrets: '' })));
  expect([response.status, await response.text()]).toEqual([403, 'Forbidden']);
  expect(handler).not.toHaveBeenCalled();
  expect(logger.lines).toMatchObject([['warn', expect.any(String), { problem: 'missing' }]]);
});

test('without secrets there is no handler, unless `insecure` is set', async () => {
  expect(() => taskHandler(() => {}, {})).toThrow('secrets must be given');
  const handle = taskHandler(() => {}, { insecure: true });
  expect((await handle(asRequest(aTaskRequest({}, { secrets: '' })))).status).toBe(200);
});

describe('namespaces', () => {
  const namespaces: string[] = [];
  const handler = async () => {
    await new Promise(setImmediate);
    namespaces.push(namespaceManager.get());
  };
  const request = (secrets?: string) =>
    asRequest(aTaskRequest({ namespace: 'acme' }, secrets === '' ? { secrets } : {}));

  test('the handler of a verified task runs in its namespace, and nothing after it does', async () => {
    await setup(handler).handle(request());
    expect([namespaces.pop(), namespaceManager.get()]).toEqual(['acme', '']);
  });

  test('the handler of an unverified task does not', async () => {
    await taskHandler(handler, { insecure: true })(request(''));
    expect(namespaces.pop()).toBe('');
  });
});
