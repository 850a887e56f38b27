import { describe, expect, test, vi } from 'vitest';
import { namespaceManager } from '../../src/domain/namespace-manager.ts';
import { PermanentTaskFailure, SingularTaskFailure } from '../../src/handler/task-failures.ts';
import { type TaskHandler, taskHandler } from '../../src/handler/task-handler.ts';
import { aLogger, asRequest, aTaskRequest, SECRET } from './a-task-request.ts';

function setup(handler: TaskHandler) {
  const logger = aLogger();
  const handle = taskHandler(handler, { secrets: SECRET, logger });
  return { logger, handle: (request = asRequest(aTaskRequest())) => handle(request) };
}

describe('handlers and their responses', () => {
  test.each<[string, TaskHandler, number, string[]]>([
    ['returns', () => 'done', 200, []],
    ['returns later', async () => {}, 200, []],
    ['returns a response', () => new Response('created', { status: 201 }), 201, []],
    ['returns one that is a failure', () => new Response(null, { status: 503 }), 503, []],
    ['fails for good', () => Promise.reject(new PermanentTaskFailure('no such order')), 200, ['error']],
    [
      'fails this once',
      () => {
        throw new SingularTaskFailure('busy');
      },
      408,
      [],
    ],
    ['throws', () => Promise.reject(new Error('secret detail')), 500, ['error']],
  ])('%s', async (_, handler, status, logged) => {
    const { handle, logger } = setup(handler);
    const response = await handle();
    expect(response.status).toBe(status);
    expect(logger.lines.map(([level]) => level)).toEqual(logged);
    expect(await response.text()).not.toContain('secret detail');
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
