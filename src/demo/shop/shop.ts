// The sample shop: adds a few tasks a second to its queues and leases those of the pull queue, so that the console has
// something to show. No queue grows beyond its bound.

import type pg from 'pg';
import type { TaskQueues } from '../../client/task-queues.ts';
import { systemClock } from '../../runtime/clock.ts';
import { silentLogger } from '../../runtime/logger.ts';
import { Loop } from '../../runtime/loop.ts';
import type { Service } from '../../runtime/service.ts';
import { applyCronConfig, listCrons } from '../../store/crons.ts';
import { PullWorker } from '../../worker/pull-worker.ts';
import { createShopQueues, PULL_QUEUE, type ShopQueue, shopCrons, shopQueues } from './shop-queues.ts';

const PACE_MS = 1_000;
const WORKERS = 2;
const STOP_SECONDS = 1;

export interface ShopOptions {
  pool: pg.Pool;
  queues: TaskQueues;
  /** The target of the sample application. */
  target: string;
}

export class Shop implements Service {
  readonly #options: ShopOptions;
  readonly #shop: ShopQueue[];
  readonly #workers: PullWorker[];
  readonly #loop: Loop;

  constructor(options: ShopOptions) {
    const { pool, target } = options;
    this.#options = options;
    this.#shop = shopQueues(target);
    const handler = () => systemClock.sleep(1_000 + Math.random() * 1_500);
    const settings = { database: pool, queue: PULL_QUEUE, leaseSeconds: 30, logger: silentLogger };
    this.#workers = Array.from({ length: WORKERS }, () => new PullWorker({ ...settings, handler }));
    const runOnce = () => this.addSome().then(() => PACE_MS);
    this.#loop = new Loop({ name: 'the sample shop', runOnce, clock: systemClock, logger: silentLogger });
  }

  async start(): Promise<void> {
    const { pool, queues, target } = this.#options;
    await createShopQueues(queues, this.#shop);
    if ((await listCrons(pool)).length === 0) await applyCronConfig(pool, shopCrons(target));
    await Promise.all([this.#loop.start(), ...this.#workers.map((worker) => worker.start())]);
  }

  async stop(): Promise<void> {
    const workers = this.#workers.map((worker) => worker.stop({ deadlineSeconds: STOP_SECONDS }));
    await Promise.all([this.#loop.stop(), ...workers]);
  }

  /** Adds the tasks of one second. */
  async addSome(): Promise<void> {
    const { pool, queues } = this.#options;
    const { rows } = await pool.query<{ name: string; tasks: number }>(
      'select name, tasks::integer as tasks from taskqueue.queues where name = any ($1)',
      [this.#shop.map(({ name }) => name)],
    );
    for (const { name, behaviour, perSecond, most, payload } of this.#shop) {
      const waiting = rows.find((row) => row.name === name)?.tasks ?? most; // it was deleted
      const url = behaviour && `/tasks/shop/${behaviour}`;
      const some = Array.from({ length: Math.min(perSecond, most - waiting) }, () => ({ url, json: payload() }));
      if (some.length > 0)
        await queues.queue(name).add(name === PULL_QUEUE ? some.map(({ json }) => ({ json })) : some);
    }
  }
}
