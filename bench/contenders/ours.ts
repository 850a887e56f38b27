// pgtaskqueue itself, by its SQL functions.

import pg from 'pg';
import { migrate } from '../../src/sql/migrate.ts';
import { BATCH, batchOf, literal, PAYLOAD } from '../payload.ts';
import type { LoopBody } from '../server-loop.ts';
import type { SqlContender } from './sql-contender.ts';

/** Queues that every template has: one to lease from, one to push from. */
const QUEUES = `
  select taskqueue.create_queue('pull', mode => 'pull');
  select taskqueue.create_queue('push', rate => '500/s', bucket_size => 500)`;

const BATCH_JSON = JSON.stringify(batchOf({ payload: PAYLOAD }));

/** Adds a batch to a queue. Batches that are parsed anew each time, as those that clients send are. */
export const addBatchTo = (queue: string): LoopBody => ({
  declare: `batch constant text := ${literal(BATCH_JSON)};`,
  turn: `
    perform taskqueue.add_tasks('${queue}', batch::jsonb, transactional => false);
    done := ${BATCH};
    commit;`,
});

/** Adds so many tasks, one a statement, in one transaction. */
export const addSingly = (count: number, wake: boolean): LoopBody => ({
  declare: `body constant text := ${literal(PAYLOAD)};`,
  turn: `
    for i in 1 .. ${count} loop
      perform taskqueue.add('push', payload => body, wake => ${wake});
    end loop;
    done := ${count};
    commit;`,
});

/** As a pull worker: lease, delete. */
const leaseAndDelete: LoopBody = {
  declare: 'names text[];',
  turn: `
    select array_agg(t.name) into names from taskqueue.lease_tasks('pull', lease_seconds => 60, max_tasks => ${BATCH}) as t;
    commit;
    perform taskqueue.delete_tasks('pull', names);
    done := coalesce(cardinality(names), 0);
    commit;`,
};

/** As the dispatcher: claim, complete. */
const claimAndComplete: LoopBody = {
  declare: 'ids bigint[]; tokens uuid[];',
  turn: `
    select array_agg(t.id), array_agg(t.lease_token) into ids, tokens from taskqueue.claim_tasks('push', ${BATCH}) as t;
    commit;
    perform taskqueue.complete_tasks('push', ids, tokens);
    done := coalesce(cardinality(ids), 0);
    commit;`,
};

/** A pull queue. */
export const ours: SqlContender = {
  name: 'ours',
  install: installOurs,
  addBatch: addBatchTo('pull'),
  addOne: addSingly(1, true),
  take: leaseAndDelete,
};

/** A push queue, without the HTTP. */
export const oursPush: SqlContender = { ...ours, addBatch: addBatchTo('push'), take: claimAndComplete };

async function installOurs(url: string): Promise<void> {
  await migrate(url);
  const client = new pg.Client(url);
  await client.connect();
  await client.query(QUEUES);
  await client.end();
}
