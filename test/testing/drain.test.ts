import { afterAll, expect, test } from 'vitest';
import { Dispatcher } from '../../src/dispatcher/dispatcher.ts';
import { drain } from '../../src/testing.ts';
import { useDatabase } from '../support/db.ts';

const database = useDatabase();
const paths: string[] = [];
let dispatcher: Dispatcher;
afterAll(() => dispatcher.stop());

test('runs a dispatcher until nothing is due, including tasks added by tasks', async () => {
  await database.pool.query(`select from taskqueue.create_queue(queue => 'mail', rate => '500/s', bucket_size => 100)`);
  const add = (url: string, countdown: number) =>
    database.pool.query(`select from taskqueue.add(queue => 'mail', url => $1, countdown => $2)`, [url, countdown]);
  const handler = async (request: Request) => {
    const { pathname } = new URL(request.url);
    paths.push(pathname);
    if (pathname === '/first') await add('/second', 0);
    return new Response();
  };
  dispatcher = new Dispatcher({ database: database.url, targets: { default: handler } });
  await add('/first', 0);
  await add('/tomorrow', 86_400);
  expect(await drain(dispatcher)).toEqual({ claimed: 2, completed: 2, failed: 0, dead: 0, stale: 0 });
  expect(paths).toEqual(['/first', '/second']);
});
