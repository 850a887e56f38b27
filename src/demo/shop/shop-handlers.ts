// The handlers of the sample shop: each behaves in its own way.

import type { Context } from 'hono';
import { systemClock } from '../../runtime/clock.ts';
import type { Behaviour } from './shop-queues.ts';

const FAILS = 0.3;
const IS_BUSY = 0.7;

const between = (least: number, most: number) => least + Math.random() * (most - least);

const HANDLERS: Record<Behaviour, (context: Context) => Promise<Response>> = {
  async steady(context) {
    await systemClock.sleep(between(20, 90));
    return context.body(null, 200);
  },
  async flaky(context) {
    await systemClock.sleep(between(30, 200));
    return Math.random() < FAILS ? context.text('the printer is out of paper', 500) : context.body(null, 200);
  },
  async slow(context) {
    await systemClock.sleep(between(1_500, 2_500));
    return context.body(null, 200);
  },
  async busy(context) {
    await systemClock.sleep(between(20, 60));
    return Math.random() < IS_BUSY ? context.text('too many events, try again later', 503) : context.body(null, 200);
  },
};

/** Answers a task of the shop; undefined: there is no such handler. */
export function shopHandler(name: string): ((context: Context) => Promise<Response>) | undefined {
  return Object.hasOwn(HANDLERS, name) ? HANDLERS[name as Behaviour] : undefined;
}
