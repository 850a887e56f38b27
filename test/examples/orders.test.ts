// The same application in every language of examples/orders, with a real database and a real dispatcher: each passes
// the same checks. What is not installed here is skipped, and said.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { Dispatcher } from '../../src/dispatcher/dispatcher.ts';
import { freePort } from '../../src/embedded/ports.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';

import { libpq } from '../support/libpq.ts';
import { rows, value } from '../support/sql.ts';
import { isInstalled, LANGUAGES, type Language, ORDERS } from './languages.ts';
import { ACCEPTED, NEW_SECRET, OLD_SECRET, REFUSED, signedRequest } from './task-requests.ts';

const db = useDatabase();
const languages = LANGUAGES.map((language) => ({ ...language, here: isInstalled(language) }));
for (const { name, here, needs } of languages) {
  if (!here) console.warn(`skipped: orders in ${name}, because ${needs[0]} or its driver is not installed`);
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ptq-orders-'));
let dispatcher: Dispatcher;

beforeAll(async () => {
  await db.pool.query(fs.readFileSync(path.join(ORDERS, 'schema.sql'), 'utf8'));
  // An order that can't be delivered fails at the commit, after everything else has worked.
  await db.pool.query(`
    create function refuse() returns trigger language plpgsql as $$ begin raise 'out of stock'; end $$;
    create constraint trigger in_stock after insert on orders deferrable initially deferred
      for each row when (new.item = 'unicorn') execute function refuse()`);
  dispatcher = new Dispatcher({
    database: db.url,
    signingKeys: { orders: [NEW_SECRET, OLD_SECRET] },
    logger: silentLogger,
    pollSeconds: 0.1,
    development: { ignoreRates: true },
  });
  await dispatcher.start();
});

afterAll(async () => {
  await dispatcher?.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

describe.each(languages)('in $name', (language) => {
  const { name, here } = language;
  if (!here) return test.skip('its interpreter or driver is not installed');

  const cwd = path.join(folder, name);
  const env = { PATH: process.env.PATH ?? '', PGSSLMODE: 'disable', PUSH_SECRET: `${NEW_SECRET} ${OLD_SECRET}` };
  let server: ChildProcess | undefined;
  let url = '';

  beforeAll(async () => {
    fs.cpSync(path.join(ORDERS, name), cwd, { recursive: true });
    language.prepare?.(cwd);
    if (language.serve) await serve(language.serve);
  });

  beforeEach(() =>
    db.pool.query(`truncate orders, receipts, packing_slips;
      select taskqueue.purge_queue('receipts'), taskqueue.purge_queue('packing')`),
  );

  afterAll(async () => {
    if (server?.exitCode !== null) return;
    server.kill();
    await once(server, 'exit');
  });

  async function serve(command: NonNullable<Language['serve']>): Promise<void> {
    const port = await freePort(0);
    const [program, ...args] = command(port);
    url = `http://127.0.0.1:${port}`;
    server = spawn(program, args, { cwd, env: { ...env, ...libpq(db.url), PORT: String(port) }, stdio: 'ignore' });
    await eventually(() => fetch(url));
    await db.pool.query(`select taskqueue.set_target('orders', $1)`, [url]);
  }

  const run = ([program, ...args]: string[]) =>
    promisify(execFile)(program as string, args, { cwd, env: { ...env, ...libpq(db.url) } });
  const pack = () => run(language.pack);
  const post = (body: string) => fetch(`${url}/orders`, { method: 'POST', body });

  /** Whether the order was taken. */
  async function order(item: string): Promise<boolean> {
    if (language.serve) return (await post(JSON.stringify({ item }))).status === 201;
    const [program, ...args] = language.order ?? [];
    return run([program as string, ...args, item]).then(
      () => true,
      () => false,
    );
  }

  const counts = async () =>
    (
      await rows(
        db.pool,
        `select (select count(*)::integer from orders) as orders, (select count(*)::integer from receipts) as receipts,
           (select count(*)::integer from packing_slips) as slips,
           (select count(*)::integer from taskqueue.tasks) as tasks`,
      )
    )[0];

  const addPacking = (payload: string) =>
    db.pool.query(`select taskqueue.add('packing', payload => $1, transactional => false)`, [payload]);

  test('an order that fails leaves nothing, and the next one works', async () => {
    await db.pool.query(`select taskqueue.pause_queue('receipts')`);
    expect(await order('unicorn')).toBe(false);
    expect(await order('x'.repeat(101))).toBe(false);
    expect(await counts()).toEqual({ orders: 0, receipts: 0, slips: 0, tasks: 0 });
    expect(await order(`Ada's "té" \\ ; drop table orders`)).toBe(true);
    expect(await value(db.pool, 'select item from orders')).toBe(`Ada's "té" \\ ; drop table orders`);
    expect(await counts()).toEqual({ orders: 1, receipts: 0, slips: 0, tasks: 2 });
    await db.pool.query(`select taskqueue.resume_queue('receipts')`);
  });

  test('a lost lease writes no second slip', async () => {
    const order = await value<number>(db.pool, `insert into orders (item) values ('tea') returning id`);
    await addPacking(JSON.stringify({ order }));
    const other = await db.client();
    onTestFinished(() => void other.end());
    await other.query('begin; lock table packing_slips in exclusive mode');
    const packing = pack();
    packing.catch(() => {}); // it is awaited below
    await eventually(async () =>
      expect(
        await rows(db.pool, `select from pg_locks where relation = 'packing_slips'::regclass and not granted`),
      ).toHaveLength(1),
    );
    // Its lease expires, and the other worker packs the order.
    await other.query(`update taskqueue._tasks set leased_until = now() where leased_until is not null`);
    await other.query(`with task as (select * from taskqueue.lease_tasks('packing', 60))
      select from task where taskqueue.delete_task('packing', name, lease_token)`);
    await other.query(`insert into packing_slips (order_id) values (${order}); commit`);
    await packing;
    expect(await counts()).toMatchObject({ slips: 1, tasks: 0 });
  });

  test('a task that fails is released, and the others are packed', async () => {
    const order = await value<number>(db.pool, `insert into orders (item) values ('tea') returning id`);
    for (const payload of ['no JSON', '{"order": -1}', ...Array(12).fill(JSON.stringify({ order }))])
      await addPacking(payload);
    await pack();
    expect(await counts()).toMatchObject({ slips: 12, tasks: 2 });
    const failed = await rows(
      db.pool,
      `select error from taskqueue.attempts where queue = 'packing' order by ended desc limit 2`,
    );
    expect(failed.map(({ error }) => error).join()).toContain('packing_slips_order_id_fkey');
  });

  if (language.serve === undefined) return;
  describe('its server', () => {
    test('an order gets its receipt and its slip', async () => {
      expect(await order('tea')).toBe(true);
      await eventually(async () => expect(await counts()).toEqual({ orders: 1, receipts: 1, slips: 0, tasks: 1 }));
      await pack();
      expect(await counts()).toEqual({ orders: 1, receipts: 1, slips: 1, tasks: 0 });
    });

    const BAD_ORDERS = ['', '{', 'null', '[]', '"tea"', '7', '{"item": ""}', '{"item": null}', '{"item": {}}'];
    test('an order that is none is refused', async () => {
      for (const body of BAD_ORDERS) expect([body, (await post(body)).status]).toEqual([body, 400]);
      expect(await counts()).toEqual({ orders: 0, receipts: 0, slips: 0, tasks: 0 });
    });

    test.each(REFUSED)('a request is refused: $case', async ({ change }) => {
      const id = await value<number>(db.pool, `insert into orders (item) values ('tea') returning id`);
      const { status } = await signedRequest(url, id, change);
      expect([status, await counts()]).toEqual([403, { orders: 1, receipts: 0, slips: 0, tasks: 0 }]);
    });

    test.each(ACCEPTED)('one that comes twice writes one receipt: $case', async ({ change }) => {
      const id = await value<number>(db.pool, `insert into orders (item) values ('tea') returning id`);
      const answers = [await signedRequest(url, id, change), await signedRequest(url, id, change)];
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect(await counts()).toEqual({ orders: 1, receipts: 1, slips: 0, tasks: 0 });
    });

    test('a genuine request that fails is answered with 500', async () => {
      expect((await signedRequest(url, -1)).status).toBe(500); // there is no such order
      expect((await signedRequest(url, 1, { body: 'no JSON' })).status).toBe(500);
      expect((await counts())?.receipts).toBe(0);
    });
  });
});
