// Adding within transactions: five a transaction, whatever the client does; all or nothing with the application's own rows.
import type pg from 'pg';
import { beforeEach, describe, expect, test } from 'vitest';
import { LOCKS } from '../../../src/schema/locks.ts';
import { useDatabase } from '../../support/db.ts';
import { refusal, refusalCode, rows, value } from '../../support/sql.ts';

const db = useDatabase();
let session: pg.Client;

beforeEach(async () => {
  await db.pool.query(`select taskqueue.purge_queue('default')`);
  session = await db.client();
  return async () => {
    await session.end();
  };
});

const add = (client: Pick<pg.Client, 'query'> = session) => client.query('select taskqueue.add()');
const count = () => value(db.pool, 'select count(*)::integer from taskqueue.tasks');

describe('commit and roll back', () => {
  test('a task is there when its transaction has committed, and not before', async () => {
    await session.query('begin');
    await add();
    expect(await count()).toBe(0);
    await session.query('commit');
    expect(await count()).toBe(1);
  });

  test('a rolled-back task never was', async () => {
    await session.query('begin');
    await add();
    await session.query('rollback');
    expect(await count()).toBe(0);
  });
});

describe('five a transaction', () => {
  const fill = async (n: number) => {
    for (let i = 0; i < n; i++) await add();
  };

  test('refuses a sixth and says what to do', async () => {
    await session.query('begin');
    await fill(5);
    const error = await refusal(add());
    expect(error).toMatchObject({
      code: 'TQ018',
      message: 'a transaction must add at most 5 tasks: this one has added 5 and asks for 1 more',
      detail: '{"added": 5, "asked": 1, "limit": 5}',
    });
    expect(error.hint).toContain('split the transaction');
  });

  test('starts at zero in the next transaction', async () => {
    await session.query('begin');
    await fill(5);
    await session.query('commit');
    await session.query('begin');
    await fill(5);
    await session.query('commit');
    expect(await count()).toBe(10);
  });

  test('counts within one statement, functions and loops', async () => {
    expect(
      await refusalCode(
        session.query(
          'select f.name from generate_series(1, 6) i, lateral (select * from taskqueue.add(url => $1 || i)) f',
          ['/'],
        ),
      ),
    ).toBe('TQ018');
    expect(
      await refusalCode(session.query('do $$ begin for i in 1..6 loop perform taskqueue.add(); end loop; end $$')),
    ).toBe('TQ018');
    expect(await count()).toBe(0);
  });

  test('counts over savepoints, and a savepoint that is rolled back gives its places back', async () => {
    await session.query('begin');
    await fill(2);
    await session.query('savepoint a');
    await fill(2);
    await session.query('savepoint b');
    await fill(1);
    await session.query('savepoint c');
    expect(await refusalCode(add())).toBe('TQ018');
    await session.query('rollback to c');
    await session.query('rollback to a');
    await fill(3);
    await session.query('savepoint d');
    expect(await refusalCode(add())).toBe('TQ018');
    await session.query('rollback to d');
    await session.query('commit');
    expect(await count()).toBe(5);
  });

  test('leaves the transaction’s own rows alone when the sixth is rolled back to a savepoint', async () => {
    await session.query('create temporary table orders (id integer)');
    await session.query('begin');
    await session.query('insert into orders values (1)');
    await fill(5);
    await session.query('savepoint sixth');
    await refusal(add());
    await session.query('rollback to sixth');
    await session.query('commit');
    expect(await rows(session, 'select id from orders')).toEqual([{ id: 1 }]);
    expect(await count()).toBe(5);
  });

  test('counts over exception blocks of PL/pgSQL', async () => {
    await session.query(`do $$
      begin
        for i in 1..4 loop perform taskqueue.add(); end loop;
        begin
          perform taskqueue.add();
          raise exception 'undone';
        exception when raise_exception then null;
        end;
        perform taskqueue.add();
        begin
          perform taskqueue.add();
          raise exception 'the sixth was taken';
        exception when sqlstate 'TQ018' then null;
        end;
      end $$`);
    expect(await count()).toBe(5);
  });

  test('counts over a change of role', async () => {
    await session.query('begin');
    await fill(3);
    await session.query('set local role taskqueue_enqueuer');
    await fill(2);
    expect(await refusalCode(add())).toBe('TQ018');
  });

  test.each([
    ['reset', `set local taskqueue.last_id = ''`],
    ['zero', `set local taskqueue.last_id = '0'`],
    ['a word', `set local taskqueue.last_id = 'none'`],
    ['far too much', `set local taskqueue.last_id = '999999999999999999999999'`],
    [
      'another transaction’s',
      `select set_config('taskqueue.last_id', (pg_current_xact_id()::text::bigint * 128 - 1)::text, true)`,
    ],
    [
      'one of its own',
      `select set_config('taskqueue.last_id', (pg_current_xact_id()::text::bigint * 128 + 1)::text, true)`,
    ],
    ['below zero', `set local taskqueue.last_id = '-1'`],
  ])('holds when the counter is tampered with: %s', async (_, tamper) => {
    await session.query('begin');
    await fill(5);
    await session.query(tamper);
    expect(await refusalCode(add())).toBe('TQ018');
    await session.query('rollback');
    await session.query('begin');
    await fill(5);
    for (let round = 0; round < 10; round++) {
      await session.query('savepoint s');
      await session.query(tamper);
      await add().catch(() => session.query('rollback to s'));
    }
    await session.query('commit');
    expect(await count()).toBe(5);
  });
});

describe('transactional => false', () => {
  const alone = (client = session) => client.query(`select taskqueue.add(transactional => false)`);

  test('is alone in its transaction', async () => {
    await alone();
    await session.query('begin');
    await session.query('select 1');
    await alone();
    await session.query('commit');
    expect(await count()).toBe(2);
  });

  test('is refused after anything was written', async () => {
    await session.query('begin');
    await session.query('create temporary table t (a integer) on commit drop');
    expect(await refusal(alone())).toMatchObject({
      code: 'TQ104',
      hint: expect.stringContaining('another connection'),
    });
  });

  test('is refused after anything was locked', async () => {
    await session.query('begin');
    await session.query('select from taskqueue._queues for update');
    expect(await refusalCode(alone())).toBe('TQ104');
  });

  test('is refused after another add, of either kind', async () => {
    for (const first of ['select taskqueue.add()', 'select taskqueue.add(transactional => false)']) {
      await session.query('begin');
      await session.query(first);
      expect(await refusalCode(alone())).toBe('TQ104');
      await session.query('rollback');
    }
  });

  test('lets no other add follow', async () => {
    await session.query('begin');
    await alone();
    expect(await refusalCode(add())).toBe('TQ104');
    await session.query('rollback');
    await session.query('begin');
    await session.query(`select taskqueue.add_tasks('default', '[{}, {}, {}, {}, {}, {}]', transactional => false)`);
    await session.query('savepoint s');
    expect(await refusalCode(add())).toBe('TQ104');
    await session.query('rollback to s');
    await session.query('commit');
    expect(await count()).toBe(6);
  });
});

describe('kinds of transactions', () => {
  test('SERIALIZABLE with retries: as many tasks as committed transactions', async () => {
    await db.pool.query('create table if not exists counters (id integer primary key, n integer)');
    await db.pool.query('insert into counters values (1, 0) on conflict (id) do update set n = 0');
    const transfer = async () => {
      const client = await db.client();
      for (let committed = 0; committed < 10; ) {
        try {
          await client.query('begin isolation level serializable');
          await client.query('update counters set n = n + 1 where id = 1');
          await add(client);
          await client.query('commit');
          committed++;
        } catch (error) {
          expect((error as pg.DatabaseError).code).toBe('40001');
          await client.query('rollback');
        }
      }
      await client.end();
    };
    await Promise.all([transfer(), transfer(), transfer(), transfer()]);
    expect(await value(db.pool, 'select n from counters')).toBe(40);
    expect(await count()).toBe(40);
  });

  test('two-phase commit: a prepared task is there once it is committed', async () => {
    await session.query('begin');
    await session.query('select taskqueue.add(wake => false)');
    await session.query(`prepare transaction 'order-7'`);
    expect(await count()).toBe(0);
    await session.query(`commit prepared 'order-7'`);
    expect(await count()).toBe(1);
    await session.query('begin');
    await session.query('select taskqueue.add(wake => false)');
    await session.query(`prepare transaction 'order-8'`);
    await session.query(`rollback prepared 'order-8'`);
    expect(await count()).toBe(1);
  });

  test('two-phase commit: waking a dispatcher that sleeps is what PREPARE TRANSACTION refuses', async () => {
    const sleeper = await db.client();
    await sleeper.query(`select pg_advisory_lock(${LOCKS.bell}, id) from taskqueue._queues where name = 'default'`);
    await session.query('begin');
    await add();
    expect(await refusal(session.query(`prepare transaction 'order-9'`))).toMatchObject({ code: '0A000' });
    await session.query('begin');
    await session.query('select taskqueue.add(wake => false)');
    await session.query(`prepare transaction 'order-10'`);
    await session.query(`commit prepared 'order-10'`);
    expect(await count()).toBe(1);
    await sleeper.end();
  });

  test('REPEATABLE READ and read-only transactions behave', async () => {
    await session.query('begin isolation level repeatable read');
    await add();
    await session.query('commit');
    expect(await count()).toBe(1);
    await session.query('begin read only');
    expect(await refusalCode(add())).toBe('25006');
  });
});
