// pg-boss, through Node: its own upkeep off while it is measured, batches where it has them.

import { PgBoss } from 'pg-boss';
import type { Contender } from '../databases.ts';

/** The queue that every template has. */
export const BOSS_QUEUE = 'bench';

export const pgboss: Contender = { name: 'pgboss', install: (url) => installBoss(url, [BOSS_QUEUE]) };

/** Installs its schema and makes queues. */
export async function installBoss(url: string, queues: string[]): Promise<void> {
  const boss = await startBoss(url, 1);
  for (const queue of queues) await boss.createQueue(queue);
  await boss.stop({ graceful: false });
}

/** A started one with so many connections. */
export async function startBoss(url: string, max: number): Promise<PgBoss> {
  const boss = new PgBoss({ connectionString: url, max, supervise: false, schedule: false });
  boss.on('error', () => {}); // what was asked of it fails with the same
  return boss.start();
}
