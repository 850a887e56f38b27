// pg-boss through Node, with its maintenance off during measurements, and with batches where it supports them.

import { PgBoss } from 'pg-boss';
import type { Contender } from '../databases.ts';

/** The queue of every template. */
export const BOSS_QUEUE = 'bench';

export const pgboss: Contender = { name: 'pgboss', install: (url) => installBoss(url, [BOSS_QUEUE]) };

/** Installs its schema and creates queues. */
export async function installBoss(url: string, queues: string[]): Promise<void> {
  const boss = await startBoss(url, 1);
  for (const queue of queues) await boss.createQueue(queue);
  await boss.stop({ graceful: false });
}

/** Starts an instance with this many connections. */
export async function startBoss(url: string, max: number): Promise<PgBoss> {
  const boss = new PgBoss({ connectionString: url, max, supervise: false, schedule: false });
  boss.on('error', () => {}); // its calls reject with the same error
  return boss.start();
}
