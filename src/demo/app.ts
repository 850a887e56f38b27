// The sample application: a page that places orders, and a push handler that confirms them.

import { type Context, Hono, type MiddlewareHandler } from 'hono';
import type pg from 'pg';
import { isOwnName } from '../access/loopback.ts';
import type { TaskQueues } from '../client/task-queues.ts';
import type { OldSnapshot } from './old-snapshot.ts';
import { confirmOrder, listOrders, ORDERS_QUEUE, placeOrder } from './orders.ts';
import { ordersPage } from './page.ts';
import { shopHandler } from './shop/shop-handlers.ts';

/** What the application needs. */
export interface Parts {
  pool: pg.Pool;
  queues: TaskQueues;
  /** Called with a line for each delivery. */
  say: (line: string) => void;
  /** Undefined: the page offers none. */
  snapshot?: OldSnapshot;
  /** The address of the console, once it is known. */
  consoleUrl?: () => string | undefined;
}

/** The application. Like the server, it answers only under loopback names. */
export function sampleApp({ pool, queues, say, snapshot, consoleUrl = () => undefined }: Parts): Hono {
  const app = new Hono();
  const committed = new Map<number, number>();

  app.get('/', local, async (context) => {
    const around = { consoleUrl: consoleUrl(), heldSeconds: snapshot?.seconds };
    return context.html(ordersPage(await listOrders(pool), around));
  });

  app.post('/orders', local, ownPage, async (context) => {
    const { item } = await context.req.parseBody();
    const text = typeof item === 'string' ? item.trim().slice(0, 80) : '';
    if (text === '') return context.text('An order needs an item.', 400);
    const { id } = await placeOrder(pool, queues, text);
    committed.set(id, performance.now());
    return context.redirect('/', 303);
  });

  if (snapshot) addSnapshot(app, snapshot);
  addHandlers(app, { pool, say }, committed);
  return app;
}

function addSnapshot(app: Hono, snapshot: OldSnapshot): void {
  app.post('/snapshot', local, ownPage, async (context) => {
    const isHeld = snapshot.seconds > 0;
    await (isHeld ? snapshot.release() : snapshot.hold());
    return context.redirect('/', 303);
  });
}

/** @param committed when the orders whose tasks are awaited were committed, by number */
function addHandlers(app: Hono, { pool, say }: Pick<Parts, 'pool' | 'say'>, committed: Map<number, number>): void {
  app.post('/tasks/confirm', local, async (context) => {
    const arrived = performance.now();
    const { order } = await context.req.json<{ order: number }>();
    const status = (await confirmOrder(pool, order)) ? 200 : 404;
    const took = Math.round(performance.now() - (committed.get(order) ?? arrived));
    committed.delete(order);
    say(`order ${order} committed with its ${nameOf(context)} → POST /tasks/confirm ${status} in ${took} ms`);
    return context.body(null, status);
  });

  app.all(
    '/tasks/shop/:handler',
    local,
    (context, next) => shopHandler(context.req.param('handler'))?.(context) ?? next(),
  );

  app.all('/tasks/*', local, async (context) => {
    const body = await context.req.text();
    say(
      `${nameOf(context)} of queue ${queueOf(context)} → ${context.req.method} ${context.req.path} 200 ${body}`.trimEnd(),
    );
    return context.body(null, 200);
  });
}

// A page elsewhere could resolve a name of its own to this machine.
const local: MiddlewareHandler = async (context, next) => {
  if (isOwnName(context.req.header('host') ?? new URL(context.req.url).host)) return next();
  return context.text('This application only answers under localhost, 127.0.0.1 and [::1].', 421);
};

// Browsers send the origin of a form. A client without one is not a browser, and no page can trick it.
const ownPage: MiddlewareHandler = async (context, next) => {
  const origin = context.req.header('origin');
  if (origin === undefined || origin === new URL(context.req.url).origin) return next();
  return context.text('This form was submitted from another site.', 403);
};

function nameOf(context: Context): string {
  const retries = Number(context.req.header('x-appengine-taskretrycount') ?? 0);
  return `task ${context.req.header('x-appengine-taskname') ?? '?'}${retries > 0 ? ` (attempt ${retries + 1})` : ''}`;
}

const queueOf = (context: Context) => context.req.header('x-appengine-queuename') ?? ORDERS_QUEUE;
