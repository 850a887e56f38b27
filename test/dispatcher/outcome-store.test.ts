// Outcomes of all queues share a statement, but not each other's locks.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStores, type Stores } from '../../src/dispatcher/database/stores.ts';
import type { LeaseRef } from '../../src/domain/dispatch.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { useDatabase } from '../support/db.ts';

const database = useDatabase();
let stores: Stores;
beforeAll(() => {
  stores = openStores(database.url, silentLogger, () => 1);
});
afterAll(() => stores.close());

/** A claimed task of a new queue. */
async function claimed(queue: string): Promise<LeaseRef> {
  await database.pool.query('select taskqueue.create_queue($1)', [queue]);
  await database.pool.query('select taskqueue.add($1, transactional => false)', [queue]);
  const { rows } = await database.pool.query('select id, lease_token from taskqueue.claim_tasks($1, 1)', [queue]);
  return { id: String(rows[0].id), leaseToken: rows[0].lease_token };
}

const failure = { status: 500, reason: 'App Error', responded: true, forced: false };
const attempt = (queue: string) => ({
  ...{ queue, name: 'x', attempt: 1, status: 500, seconds: 1, reason: 'App Error' },
  ...{ error: null, response: null, dispatcher: 'test', url: null },
});

test.each([
  [
    'complete',
    (queue: string, lease: LeaseRef) => stores.outcomes.complete(queue, [lease], []),
    ([id]: string[]) => id,
  ],
  [
    'fail',
    (queue: string, lease: LeaseRef) => stores.outcomes.fail(queue, { ...lease, ...failure }, attempt(queue)),
    (outcome: string) => outcome,
  ],
] as const)('%s: a locked row of one queue does not keep the outcome of another', async (verb, settle, read) => {
  const [held, free] = [await claimed(`${verb}-held`), await claimed(`${verb}-free`)];
  const holder = await database.client();
  await holder.query('begin');
  await holder.query('select from taskqueue._tasks where id = $1 for update', [held.id]);
  const [settlingHeld, settlingFree] = [settle(`${verb}-held`, held), settle(`${verb}-free`, free)];
  expect(read((await settlingFree) as never)).toBe(verb === 'fail' ? 'retry' : free.id);
  await holder.query('rollback');
  expect(read((await settlingHeld) as never)).toBe(verb === 'fail' ? 'retry' : held.id);
});
