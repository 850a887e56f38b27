import { ORDERS_QUEUE, placeOrder } from '../orders.ts';
import type { Received } from '../recorder.ts';
import { until } from '../recorder.ts';
import type { Scenario } from '../scenario.ts';

/** After the commit the handler is called. */
export const committed: Scenario = {
  title: 'An order and its task are committed in one transaction',
  async run({ pool, queues, handler, transcript, count }) {
    const { id, task } = await placeOrder(pool, queues, 'A pot of tea');
    transcript.check('the order is in the table', await count('select 1 from orders where id = $1', [id]), 1);

    const [request] = await handler.wait('/tasks/confirm');
    transcript.check('the handler is called with the method and body of the task', methodAndBody(request), {
      method: 'POST',
      body: { order: id },
    });
    transcript.check('the headers name the task and its queue', identity(request), {
      'x-appengine-queuename': ORDERS_QUEUE,
      'x-appengine-taskname': task,
      'x-appengine-taskretrycount': '0',
      'x-appengine-taskexecutioncount': '0',
      'content-type': 'application/json',
    });
    const eta = request?.headers.get('x-appengine-tasketa') ?? '';
    transcript.check('the ETA is in seconds, with six decimals', /^\d{10}\.\d{6}$/.test(eta));
    transcript.check(
      'the handler has confirmed the order',
      await until(
        async () => (await count('select 1 from orders where id = $1 and confirmed is not null', [id])) === 1,
      ),
    );
    transcript.check(
      'the task is done and has been removed',
      await until(async () => (await count('select 1 from taskqueue.tasks where name = $1', [task])) === 0),
    );
    transcript.check('the handler was called once', handler.at('/tasks/confirm').length, 1);
  },
};

function methodAndBody(request: Received | undefined) {
  return request && { method: request.method, body: JSON.parse(request.body) };
}

const NAMES = ['queuename', 'taskname', 'taskretrycount', 'taskexecutioncount'].map((name) => `x-appengine-${name}`);

function identity(request: Received | undefined) {
  return Object.fromEntries([...NAMES, 'content-type'].map((name) => [name, request?.headers.get(name)]));
}
