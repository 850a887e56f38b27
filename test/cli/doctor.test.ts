import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkDatabase } from '../../src/schema/doctor/checkup.ts';
import { oldSnapshots } from '../../src/schema/doctor/horizon-check.ts';
import { LOCKS } from '../../src/schema/locks.ts';
import { openPooler } from '../postgres/pooler.ts';
import { useDatabase } from '../support/db.ts';
import { runHere } from './command.ts';

const database = useDatabase();
const doctor = async (...args: string[]) => runHere(['doctor', ...args, '--database-url', database.url]);
const finding = async (check: string) => (await checkDatabase(database.pool)).find((one) => one.check === check);

let leader: Awaited<ReturnType<typeof database.client>> | undefined;
afterEach(() => leader?.query('select pg_advisory_unlock_all()'));
async function lead(): Promise<void> {
  leader ??= await database.client();
  await leader.query(
    `select pg_advisory_lock_shared(${LOCKS.dispatcher}, 0), pg_advisory_lock(${LOCKS.leader}, id) from taskqueue._queues`,
  );
}

test('without a dispatcher it fails, and says how to start one', async () => {
  const { code, stdout } = await doctor();
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /^FAIL {2}dispatchers: no dispatcher is connected: push tasks do not run\n {6}Start one: pgtaskqueue serve$/m,
  );
  expect(stdout).toMatch(/^ok {4}wake-ups: notifications arrive$/m);
});

test('with one it ends with 0; its answers are JSON, too', async () => {
  await lead();
  const { code, stdout } = await doctor('--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual(
    expect.arrayContaining([
      { check: 'dispatchers', level: 'ok', detail: '1 connected, and every push queue is led' },
      expect.objectContaining({ check: 'PostgreSQL', level: 'ok' }),
      expect.objectContaining({ check: 'clocks', level: 'ok' }),
    ]),
  );
});

describe('what it finds', () => {
  test('settings that lose tasks', async () => {
    const client = await database.client();
    await client.query('set synchronous_commit = off');
    const durability = (await checkDatabase(client)).find(({ check }) => check === 'durability');
    expect(durability?.level).not.toBe('ok');
    expect(durability?.detail).toContain('synchronous_commit');
  });

  test('a session with an old snapshot', async () => {
    expect(await finding('old snapshots')).toMatchObject({ level: 'ok' });
    const holder = await database.client();
    await holder.query(`set application_name = 'report'`);
    await holder.query('begin isolation level repeatable read');
    await holder.query('select 1 from taskqueue.queues');
    const { rows } = await holder.query('select pg_backend_pid() as pid');
    expect(await oldSnapshots(database.pool, 0)).toMatchObject({
      level: 'warn',
      detail: expect.stringMatching(/^session \d+ \(report, idle in transaction\) has held/),
      sql: `select pg_catalog.pg_terminate_backend(${rows[0].pid});`,
    });
    await holder.query('rollback');
  });

  test('a queue that is far behind', async () => {
    await database.pool.query(`select taskqueue.add(eta => '2001-01-01T00:00:00Z')`);
    await database.pool.query(`update taskqueue._tasks set due = now() - interval '1 hour'`);
    expect(await finding('backlog')).toMatchObject({ level: 'warn', detail: 'queue default is 60 minutes behind' });
  });

  test('a queue that nobody leads', async () => {
    await lead();
    await database.pool.query(`select taskqueue.create_queue('new')`);
    expect(await finding('dispatchers')).toMatchObject({ level: 'warn', detail: 'no dispatcher leads new' });
  });
});

describe('what it fails for', () => {
  const sql = (text: string, ...values: unknown[]) => database.pool.query(text, values);
  const attempt = (queue: string, more: object) =>
    sql(
      'select taskqueue.record_attempts($1)',
      JSON.stringify([{ queue, name: 'it', attempt: 1, seconds: 1, ...more }]),
    );
  const dead = async (queue: string) => {
    await sql(`select taskqueue.create_queue($1, mode => 'pull')`, queue);
    await sql(`select taskqueue.add($1, name => 'it', payload => 'x', transactional => false)`, queue);
    const { rows } = await sql('select lease_token from taskqueue.lease_tasks($1, 60)', queue);
    await sql(
      `select taskqueue.modify_task_lease($1, 'it', $2, 'infinity', 'no such order')`,
      ...[queue, rows[0].lease_token],
    );
  };
  beforeEach(async () => {
    await lead();
    await sql(`select taskqueue.purge_queue('default')`);
  });
  afterEach(() => sql(`select taskqueue.delete_queue(name) from taskqueue.queues where name <> 'default'`));

  const fail = async (queue: string, reason: string, status: number, more: object) => {
    await sql(`select taskqueue.create_queue($1, retry => '{"min_backoff_seconds": 600}')`, queue);
    await sql(`select taskqueue.add($1, name => 'it', transactional => false)`, queue);
    await lead();
    const { rows } = await sql('select * from taskqueue.claim_tasks($1, 1)', queue);
    const [{ id, lease_token }] = rows;
    await sql('select taskqueue.fail_task($1, $2, $3, $4, $5, true, false)', queue, id, lease_token, status, reason);
    await attempt(queue, { status, reason, ...more });
  };

  test('tasks that wait for a target', async () => {
    expect(await finding('targets')).toMatchObject({ level: 'ok' });
    await fail('aimless', 'Unknown Target', 0, { error: 'target "billing" is not set' });
    expect(await finding('targets')).toMatchObject({
      level: 'fail',
      detail: 'tasks of queue aimless have no target: target "billing" is not set',
      remedy: expect.stringContaining('pgtaskqueue targets set NAME URL'),
    });
  });

  test('a queue that fails', async () => {
    expect(await finding('failures')).toMatchObject({ level: 'ok' });
    await fail('fails', 'App Error', 500, { response: 'SmtpError: 550' });
    await sql(
      `insert into taskqueue._statistics (queue_id, at, executed, succeeded, server_error)
       select id, taskqueue._now(), 10, 3, 7 from taskqueue._queues where name = 'fails'`,
    );
    expect(await finding('failures')).toMatchObject({
      level: 'fail',
      detail: 'queue fails: 7 of 10 attempts failed in the last minute, the latest with status 500: SmtpError: 550',
      remedy: 'See why: pgtaskqueue tasks attempts fails',
    });
  });

  test('deaths', async () => {
    expect(await finding('dead tasks')).toMatchObject({ level: 'ok' });
    await dead('mourned');
    expect(await finding('dead tasks')).toMatchObject({
      level: 'fail',
      detail: 'died in the last hour: 1 of queue mourned',
      remedy: expect.stringContaining('pgtaskqueue tasks dead mourned'),
    });
    await sql(`update taskqueue._dead_tasks set died = died - interval '2 hours'`);
    expect(await finding('dead tasks')).toMatchObject({ level: 'ok' });
  });

  test('a pause that may have been forgotten, also one that ends by itself', async () => {
    await sql(`select taskqueue.create_queue('still')`);
    await sql(`select taskqueue.pause_queue('still', reason => 'night shift')`);
    expect(await finding('pauses')).toMatchObject({ level: 'ok' });
    await sql(`select taskqueue.add('still', transactional => false)`);
    expect(await finding('pauses')).toMatchObject({
      level: 'fail',
      detail: 'queue still is paused (night shift), and its tasks wait',
      remedy: 'Resume it: pgtaskqueue queues resume still',
    });
    await sql(`select taskqueue.pause_queue('still', until => now() + interval '27 minutes')`);
    expect(await finding('pauses')).toMatchObject({
      level: 'fail',
      detail: expect.stringMatching(/^queue still is paused, for another 27 min/),
    });
  });

  test('tables that Citus has distributed', async () => {
    expect(await finding('distribution')).toMatchObject({ level: 'ok' });
    const client = await database.client(); // Citus is not here: its catalogue is
    await client.query('set allow_system_table_mods = on');
    await client.query(
      `create table pg_catalog.pg_dist_partition as
       select 'pg_catalog.pg_class'::regclass as logicalrelid, 'n'::"char" as partmethod`,
    );
    expect(await finding('distribution')).toMatchObject({ level: 'ok' });
    await client.query(`insert into pg_catalog.pg_dist_partition values ('pg_catalog.pg_proc', 'h')`);
    expect(await finding('distribution')).toMatchObject({
      level: 'warn',
      detail: expect.stringContaining('Citus distributes pg_catalog.pg_proc: a transaction that adds a task'),
    });
    await client.query(`insert into pg_catalog.pg_dist_partition values ('taskqueue._tasks', 'n')`);
    expect(await finding('distribution')).toMatchObject({
      level: 'fail',
      detail: expect.stringContaining('Citus has distributed taskqueue._tasks:'),
      remedy: `Undo it for each: select undistribute_table('taskqueue._tasks');`,
    });
    await client.query('drop table pg_catalog.pg_dist_partition');
  });

  test('cron entries without a scheduler', async () => {
    expect(await finding('scheduler')).toMatchObject({ level: 'ok' });
    await sql(
      'select taskqueue.apply_crons($1)',
      JSON.stringify({ cron: [{ description: 'nightly', url: '/x', schedule: 'every 24 hours' }] }),
    );
    expect(await finding('scheduler')).toMatchObject({
      level: 'fail',
      detail: 'no scheduler is connected: the cron entry does not run',
      remedy: 'Start one: pgtaskqueue serve',
    });
    const connected = await database.client();
    await connected.query(`set application_name = 'pgtaskqueue scheduler'`);
    expect(await finding('scheduler')).toMatchObject({ level: 'ok' });
    await connected.end();
    await sql(`select taskqueue.apply_crons('{"cron": []}')`);
  });

  test('its exit code is 1', async () => {
    await dead('mourned-again');
    expect(await doctor()).toMatchObject({ code: 1, stdout: expect.stringMatching(/^FAIL {2}dead tasks: /m) });
  });
});

describe('default isolations that keep lease calls from raising floors', () => {
  const role = `doctored_${process.pid}`;
  const name = () => new URL(database.url).pathname.slice(1);
  const isolation = async (url = database.url) => {
    const { stdout } = await runHere(['doctor', '--json', '--database-url', url]);
    return (JSON.parse(stdout) as { check: string }[]).find(({ check }) => check === 'isolation');
  };
  afterEach(async () => {
    await database.pool.query(`alter database ${name()} reset default_transaction_isolation`);
    await database.pool.query(`drop role if exists ${role}`);
  });

  test('none', async () => expect(await isolation()).toMatchObject({ level: 'ok' }));

  test("a role's and the database's", async () => {
    await database.pool.query(`create role ${role}`);
    await database.pool.query(`alter role ${role} set default_transaction_isolation = 'SERIALIZABLE'`);
    await database.pool.query(`alter database ${name()} set default_transaction_isolation = 'repeatable read'`);
    const detail = expect.stringMatching(
      `^database ${name()} begins transactions as REPEATABLE READ; role ${role} begins transactions as SERIALIZABLE: without a dispatcher`,
    );
    expect(await isolation()).toMatchObject({ level: 'warn', detail });
  });

  test("a role's in this database alone", async () => {
    await database.pool.query(`create role ${role}`);
    await database.pool.query(
      `alter role ${role} in database ${name()} set default_transaction_isolation = serializable`,
    );
    const detail = expect.stringMatching(
      `^role ${role} in database ${name()} begins transactions as SERIALIZABLE: without a dispatcher`,
    );
    expect(await isolation()).toMatchObject({ level: 'warn', detail });
    await database.pool.query(`alter role ${role} in database ${name()} reset all`);
  });

  test("the connection's, as the server's would be", async () => {
    const url = new URL(database.url);
    url.searchParams.set('options', '-c default_transaction_isolation=serializable');
    const detail = expect.stringMatching('^this connection begins transactions as SERIALIZABLE: without a dispatcher');
    expect(await isolation(url.toString())).toMatchObject({ level: 'warn', detail });
  });
});

test('it says when a pooler keeps the settings of its connection out', async () => {
  const pooler = await openPooler(database.url, 'drop');
  const { stdout } = await runHere(['doctor', '--database-url', pooler.url]);
  await pooler.close();
  expect(stdout).toMatch(/^warn {2}session settings: a pooler drops/m);
  expect((await doctor()).stdout).toMatch(/^ok {4}session settings: /m);
});

test('a due task that its leader does not claim is reported', async () => {
  await lead();
  await database.pool.query(`select taskqueue.purge_queue('default')`); // of what other tests have left
  await database.pool.query(`select taskqueue.add('default', name => 'left', transactional => false)`);
  expect(await finding('due tasks')).toMatchObject({ level: 'ok' });
  await database.pool.query(`update taskqueue._queues set rate_since = rate_since - interval '1 minute'`);
  await database.pool.query(`update taskqueue._tasks set due = due - interval '1 minute' where name = 'left'`);
  await new Promise((resolve) => setTimeout(resolve, 21_000)); // for as long as its leader is connected
  expect(await finding('due tasks')).toMatchObject({
    level: 'warn',
    detail: expect.stringMatching(/^queue default: It has been due since .* has claimed nothing/),
  });
});

test('an export that has been unfinished for a day is a warning', async () => {
  await database.pool.query(`select taskqueue.create_queue('leaving'), taskqueue.add('leaving', url => '/a')`);
  await database.pool.query(`select taskqueue.export_tasks('leaving', destination => 'us')`);
  expect((await finding('exports'))?.level).toBe('ok');
  await database.pool.query(`update taskqueue._exported_batches set taken = taken - interval '25 hours'`);
  expect(await finding('exports')).toMatchObject({
    level: 'warn',
    detail: 'queue leaving has held tasks for an export to us for 25 hours, 1 in all; they run nowhere',
    remedy: expect.stringContaining('pgtaskqueue tasks move leaving --to us'),
  });
  await database.pool.query(`update taskqueue._exported_batches set destination = 'a file'`); // no command goes there
  expect((await finding('exports'))?.remedy).not.toContain('tasks move');
  await database.pool.query(`select taskqueue.finish_export('leaving')`);
});
