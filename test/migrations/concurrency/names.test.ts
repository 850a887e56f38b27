// Named tasks: one task a name, among racers too; used names stay used until their tombstones expire.
import { expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';
import { eventually } from '../../support/eventually.ts';
import { refusal, refusalCode, row, rows, value } from '../../support/sql.ts';

const db = useDatabase();
const named = (name: string, client: Pick<typeof db.pool, 'query'> = db.pool) =>
  client.query('select * from taskqueue.add(name => $1, transactional => false)', [name]);
const waits = (pid: number) =>
  eventually(async () => {
    expect(await value(db.pool, 'select wait_event_type from pg_stat_activity where pid = $1', [pid])).toBe('Lock');
  });
const pid = (client: Pick<typeof db.pool, 'query'>) => value<number>(client, 'select pg_backend_pid()');

test('distinguishes a name in use from a name that was used', async () => {
  await named('a');
  expect(await refusal(named('a'))).toMatchObject({
    code: 'TQ010',
    message: 'queue default already has a task a',
    detail: '{"name": "a", "queue": "default"}',
  });
  await db.pool.query(`select taskqueue.delete_task('default', 'a')`);
  expect(await refusal(named('a'))).toMatchObject({ code: 'TQ011' });
});

test('answers without an error when asked to', async () => {
  const ignore = () =>
    row<{ existed: boolean; created: Date | null }>(
      db.pool,
      `select * from taskqueue.add(name => 'i', transactional => false, if_exists => 'ignore')`,
    );
  const added = await ignore();
  expect(added.existed).toBe(false);
  expect(await ignore()).toEqual({ ...added, existed: true });
  await db.pool.query(`select taskqueue.delete_task('default', 'i')`);
  expect(await ignore()).toMatchObject({ name: 'i', existed: true, created: null });
});

test('keeps names apart by queue and by case', async () => {
  await db.pool.query(`select taskqueue.create_queue('other')`);
  await named('same');
  await named('Same');
  await db.pool.query(`select taskqueue.add('other', name => 'same', transactional => false)`);
  expect(await value(db.pool, `select count(*)::integer from taskqueue.tasks where lower(name) = 'same'`)).toBe(3);
});

test('takes names that are words of JavaScript and SQL', async () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'null', '0', '-', '_']) {
    expect((await named(name)).rows[0]).toMatchObject({ name, existed: false });
    expect(await refusalCode(named(name))).toBe('TQ010');
  }
});

test('never lets a given name stand for a generated one', async () => {
  const generated = await value<string>(db.pool, 'select name from taskqueue.add()');
  expect(await refusalCode(named(generated))).toBe('TQ010');
});

test('frees a name exactly when its tombstone expires, swept or not', async () => {
  await named('t');
  await db.pool.query(`select taskqueue.delete_task('default', 't')`);
  expect(
    await row(db.pool, `select queue, name, expires - ended as ttl from taskqueue.tombstones where name = 't'`),
  ).toMatchObject({ ttl: { days: 9 } });
  await db.pool.query(
    `update taskqueue._names set expires = clock_timestamp() + interval '10 seconds' where name = 't'`,
  );
  expect(await refusalCode(named('t'))).toBe('TQ011');
  await db.pool.query(`update taskqueue._names set expires = clock_timestamp() where name = 't'`);
  expect(await rows(db.pool, `select from taskqueue.tombstones where name = 't'`)).toEqual([]);
  await named('t');
  expect(await refusalCode(named('t'))).toBe('TQ010');
});

test('keeps no tombstones where the queue wants none', async () => {
  await db.pool.query(`select taskqueue.create_queue('short', tombstone_ttl => '0')`);
  for (let i = 0; i < 3; i++) {
    await db.pool.query(`select taskqueue.add('short', name => 'again', transactional => false)`);
    expect(await value(db.pool, `select taskqueue.delete_task('short', 'again')`)).toBe(true);
  }
});

test('forty racers on one name give one winner', async () => {
  const racers = await Promise.all(Array.from({ length: 40 }, () => db.client()));
  const codes = await Promise.all(
    racers.map((racer) =>
      named('race', racer).then(
        () => 'won',
        (error) => error.code,
      ),
    ),
  );
  await Promise.all(racers.map((racer) => racer.end()));
  expect(codes.filter((code) => code === 'won')).toHaveLength(1);
  expect(codes.filter((code) => code === 'TQ010')).toHaveLength(39);
  expect(await value(db.pool, `select count(*)::integer from taskqueue.tasks where name = 'race'`)).toBe(1);
});

test('a racer waits for the winner’s end: loses when it commits, wins when it rolls back', async () => {
  for (const [end, outcome] of [
    ['commit', 'TQ010'],
    ['rollback', 'won'],
  ] as const) {
    const [winner, racer] = await Promise.all([db.client(), db.client()]);
    await winner.query('begin');
    await named(`wait-${end}`, winner);
    const race = named(`wait-${end}`, racer).then(
      () => 'won',
      (error) => error.code,
    );
    await waits(
      (await pid({ query: winner.query.bind(winner) })) && (racer as unknown as { processID: number }).processID,
    );
    await winner.query(end);
    expect(await race).toBe(outcome);
    await Promise.all([winner.end(), racer.end()]);
  }
});

test('batches that want the same names in opposite order don’t wait in a circle', async () => {
  const [a, b] = await Promise.all([db.client(), db.client()]);
  const batch = (client: typeof a, names: string[]) =>
    client.query(`select * from taskqueue.add_tasks('default', $1, transactional => false)`, [
      JSON.stringify(names.map((name) => ({ name }))),
    ]);
  for (let round = 0; round < 20; round++) {
    const names = Array.from({ length: 20 }, (_, i) => `circle-${round}-${i}`);
    const results = await Promise.all([batch(a, names), batch(b, [...names].reverse())]);
    expect(results.flatMap((result) => result.rows).filter((task) => task.result === 'added')).toHaveLength(20);
  }
  await Promise.all([a.end(), b.end()]);
});

test('waits for an open transaction no longer than five seconds, and says who it may be', async () => {
  const holder = await db.client();
  await holder.query('begin');
  await named('endless', holder);
  const began = Date.now();
  const error = await refusal(named('endless'));
  expect(Date.now() - began).toBeGreaterThan(4_500);
  expect(Date.now() - began).toBeLessThan(30_000);
  expect(error).toMatchObject({ code: 'TQ002', message: expect.stringContaining(`session ${await pid(holder)}`) });
  expect(JSON.parse(error.detail ?? '')).toMatchObject({
    queue: 'default',
    names: ['endless'],
    sessions: [await pid(holder)],
  });
  await holder.query('rollback');
  await named('endless');
});

test('keeps a shorter lock_timeout of the caller, and leaves each as it was', async () => {
  const holder = await db.client();
  await holder.query('begin');
  await named('short', holder);
  const client = await db.client();
  await client.query(`set lock_timeout = '200ms'`);
  const began = Date.now();
  expect(await refusalCode(named('short', client))).toBe('TQ002');
  expect(Date.now() - began).toBeLessThan(4_500);
  for (const setting of ['200ms', '0', '1min']) {
    await client.query(`set lock_timeout = '${setting}'`);
    await client.query('begin');
    await named(`free-${setting}`, client);
    expect(await value(client, 'show lock_timeout')).toBe(setting);
    await client.query('commit');
    expect(await value(client, 'show lock_timeout')).toBe(setting);
  }
  await holder.query('rollback');
});

test('names a prepared transaction as well', async () => {
  const holder = await db.client();
  await holder.query('begin');
  await holder.query(`select taskqueue.add(name => 'prepared', transactional => false, wake => false)`);
  await holder.query(`prepare transaction 'holds-a-name'`);
  const client = await db.client();
  await client.query(`set lock_timeout = '100ms'`);
  const error = await refusal(named('prepared', client));
  expect(error).toMatchObject({ code: 'TQ002', message: expect.stringContaining('prepared') });
  await holder.query(`rollback prepared 'holds-a-name'`);
});
