// pgtaskqueue itself, by its SQL functions.

import pg from 'pg';
import { migrate } from '../../src/schema/migrate/migrate.ts';
import { Dispatcher } from '../../src/server.ts';
import { arrayOf, type Turn } from '../client-loop.ts';
import { BATCH, batchOf, literal, PAYLOAD } from '../payload.ts';
import type { LoopBody } from '../server-loop.ts';
import type { SqlContender } from './sql-contender.ts';

/** The queues of every template: one to lease from, one to push from. */
const QUEUES = `
  select taskqueue.create_queue('pull', mode => 'pull');
  select taskqueue.create_queue('push', rate => '500/s', bucket_size => 500)`;

const BATCH_JSON = JSON.stringify(batchOf({ payload: PAYLOAD }));

const BATCH_TEXTS = `{${batchOf(JSON.stringify(PAYLOAD)).join(',')}}`;

/** Adds a batch of payloads to a queue. Each batch is parsed again, as if a client had sent it. */
export const addBatchTo = (queue: string): LoopBody => ({
  declare: `batch constant text := ${literal(BATCH_TEXTS)};`,
  turn: `
    perform taskqueue.add_payloads('${queue}', batch::text[], transactional => false);
    done := ${BATCH};
    commit;`,
});

/** Adds the same batch as JSON. */
export const addJsonTo = (queue: string): LoopBody => ({
  declare: `batch constant text := ${literal(BATCH_JSON)};`,
  turn: `
    perform taskqueue.add_tasks('${queue}', batch::jsonb, transactional => false);
    done := ${BATCH};
    commit;`,
});

/** Adds a batch from a client. */
const sendTo =
  (queue: string): Turn =>
  async (client) => {
    await client.query(`select name, result from taskqueue.add_payloads('${queue}', $1, transactional => false)`, [
      BATCH_TEXTS,
    ]);
    return BATCH;
  };

/** Adds tasks in one transaction, one per statement. */
export const addSingly = (count: number, wake: boolean): LoopBody => ({
  declare: `body constant text := ${literal(PAYLOAD)};`,
  turn: `
    for i in 1 .. ${count} loop
      perform taskqueue.add('push', payload => body, wake => ${wake});
    end loop;
    done := ${count};
    commit;`,
});

/** Works as a pull worker: lease, delete. */
const leaseAndDelete: Turn = async (client) => {
  const tasks = await client.query(
    `select name, payload, tag, retry_count, lease_token from taskqueue.lease_tasks('pull', lease_seconds => 60, max_tasks => ${BATCH})`,
  );
  if (tasks.length > 0)
    await client.query(`select deleted from taskqueue.delete_tasks('pull', $1)`, [arrayOf(tasks, 0)]);
  return tasks.length;
};

/** How many tasks are leased to finish a batch; half of the rest are released and half are lost. */
const LEASED = BATCH / 0.8;
const RELEASED = LEASED / 10;

/**
 * A worker that finishes eight of ten tasks. Lost tasks are due again after one second, or after three if they were put
 * behind their lease.
 */
function leaseAndLoseSome(): Turn {
  let turns = 0;
  return async (client) => {
    const seconds = turns++ % 2 === 0 ? 1 : 3;
    const tasks = await client.query(
      `select name, payload, tag, retry_count, lease_token from taskqueue.lease_tasks('pull', lease_seconds => $1, max_tasks => ${LEASED})`,
      [seconds],
    );
    const finished = tasks.slice(0, BATCH);
    const released = tasks.slice(BATCH, BATCH + RELEASED);
    if (finished.length > 0)
      await client.query(`select deleted from taskqueue.delete_tasks('pull', $1, $2)`, [
        arrayOf(finished, 0),
        arrayOf(finished, 4),
      ]);
    if (released.length > 0)
      await client.query(
        `select eta from taskqueue.modify_task_leases('pull', $1, $2, array_fill(0::double precision, array[cardinality($1::text[])]))`,
        [arrayOf(released, 0), arrayOf(released, 4)],
      );
    return finished.length;
  };
}

/** Works as the dispatcher: claim, complete. */
const claimAndComplete: Turn = async (client) => {
  const tasks = await client.query(
    `select id, lease_token, name, url, method, headers, body, retry_count from taskqueue.claim_tasks('push', ${BATCH})`,
  );
  const proofs = [arrayOf(tasks, 0), arrayOf(tasks, 1)];
  if (tasks.length > 0) await client.query(`select taskqueue.complete_tasks('push', $1, $2)`, proofs);
  return tasks.length;
};

/** A pull queue. */
export const ours: SqlContender = {
  name: 'ours',
  install: installOurs,
  addBatch: addBatchTo('pull'),
  addOne: addSingly(1, true),
  send: sendTo('pull'),
  take: leaseAndDelete,
  attend: async (url) => {
    const dispatcher = new Dispatcher({ database: url }); // leads the queue and raises its floor
    await dispatcher.start();
    return () => dispatcher.stop();
  },
};

/** The same with a worker that releases a tenth of its leases and loses another tenth. */
export const oursLossy: SqlContender = { ...ours, take: leaseAndLoseSome() };

/** A push queue, without HTTP. */
export const oursPush: SqlContender = {
  name: 'ours',
  install: installOurs,
  addOne: addSingly(1, true),
  addBatch: addBatchTo('push'),
  send: sendTo('push'),
  take: claimAndComplete,
};

async function installOurs(url: string): Promise<void> {
  await migrate(url);
  const client = new pg.Client(url);
  await client.connect();
  await client.query(QUEUES);
  await client.end();
}
