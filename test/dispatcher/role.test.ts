import { expect, test } from 'vitest';
import { Dispatcher } from '../../src/dispatcher/dispatcher.ts';
import { useDatabase } from '../support/db.ts';

const database = useDatabase();

test('the role taskqueue_dispatcher grants all rights that a dispatcher needs', async () => {
  await database.pool.query(`select from taskqueue.set_target('elsewhere', 'http://127.0.0.1:1')`);
  await database.pool.query(`select from taskqueue.add(url => '/works')`);
  await database.pool.query(`select from taskqueue.add(url => '/fails', target => 'elsewhere')`);
  const dispatcher = new Dispatcher({
    database: { connectionString: database.url, options: '-c role=taskqueue_dispatcher' },
    targets: { default: () => new Response() },
  });
  try {
    expect(await dispatcher.runOnce()).toEqual({
      claimed: 2,
      completed: 1,
      failed: 1,
      dead: 0,
      stale: 0,
      ledElsewhere: [],
    });
  } finally {
    await dispatcher.stop();
  }
});
