// The scheduler as servers run it: on graphile-worker, with different rights.
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/runtime/clock.ts';
import { type Logger, silentLogger } from '../../src/runtime/logger.ts';
import { Scheduler } from '../../src/scheduler/scheduler.ts';
import { createServer } from '../../src/server/server.ts';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { dropLogins, newLogin } from '../support/logins.ts';
import { openRoute } from '../support/route.ts';
import { rows, value } from '../support/sql.ts';

const db = useDatabase();
afterAll(() => dropLogins(db.url));

const apply = (...cron: object[]) => db.pool.query('select taskqueue.apply_crons($1)', [JSON.stringify({ cron })]);
const ticks = (count: number) =>
  db.pool.query(`select taskqueue_cron.add_job('tick') from generate_series(1, $1)`, [count]); // as every minute does
const jobs = () => value<number>(db.pool, `select count(*)::integer from taskqueue_cron._private_jobs`);

const crontabs = () => value<number>(db.pool, 'select count(*)::integer from taskqueue_cron._private_known_crontabs');

async function started(options: { role?: string; logger?: Logger } = {}): Promise<Scheduler> {
  const { role, logger = silentLogger } = options;
  const database = { connectionString: db.url, ...(role && { options: `-c role=${role}` }) };
  const scheduler = new Scheduler({ database, logger });
  onTestFinished(() => scheduler.stop());
  await scheduler.start();
  return scheduler;
}

test('on three servers an entry fires once, and its URL is requested with the cron header', async () => {
  const requests: Request[] = [];
  const answer = (request: Request) => {
    requests.push(request);
    return new Response();
  };
  const login = await newLogin(db.url, ['taskqueue_server']);
  const servers = [1, 2, 3].map(() =>
    createServer({
      database: login,
      port: 0,
      logger: silentLogger,
      pollSeconds: 1,
      targets: { default: answer },
    }),
  );
  onTestFinished(async () => void (await Promise.all(servers.map((server) => server.stop()))));
  await Promise.all(servers.map((server) => server.start()));
  await apply({ url: '/tasks/summary?of=day', schedule: 'every 5 minutes synchronized' });
  await ticks(1);
  await eventually(async () => expect(await value(db.pool, 'select next_run from taskqueue.crons')).not.toBeNull());
  await db.pool.query(`update taskqueue._crons set next_run = date_trunc('second', clock_timestamp())`);
  await ticks(9);
  await eventually(async () => {
    expect(await jobs()).toBe(0);
    expect(await value(db.pool, 'select last_result from taskqueue.crons')).toBe('succeeded');
  });
  expect(requests.map(({ method, url }) => [method, new URL(url).pathname + new URL(url).search])).toEqual([
    ['GET', '/tasks/summary?of=day'],
  ]);
  expect(requests[0]?.headers.get('x-appengine-cron')).toBe('true');
  expect(requests[0]?.headers.get('x-appengine-queuename')).toBe('cron');
});

test('it works with the rights of taskqueue_dispatcher', async () => {
  await started({ role: 'taskqueue_dispatcher' });
  await ticks(2);
  await eventually(async () => expect(await jobs()).toBe(0));
});

test('without rights it logs what is missing, and stops as usual', async () => {
  const said: string[] = [];
  const scheduler = await started({
    role: 'taskqueue_viewer',
    logger: { ...silentLogger, warn: (message, fields) => said.push(`${message}: ${fields?.remedy}`) },
  });
  await eventually(async () =>
    expect(said.join()).toContain('cron and maintenance do not run here: Create its schema with pgtaskqueue migrate'),
  );
  await scheduler.stop();
});

test('it creates its schema if that is missing', async () => {
  await db.pool.query('drop schema taskqueue_cron cascade');
  await Promise.all([started(), started()]);
  await eventually(async () => expect(await crontabs()).toBe(2));
  await ticks(1);
  await eventually(async () => expect(await jobs()).toBe(0));
  const owners = `select distinct pg_get_userbyid(relowner) as owner from pg_class where relnamespace = 'taskqueue_cron'::regnamespace`;
  expect(await rows(db.pool, owners)).toEqual([{ owner: 'taskqueue_owner' }]);
});

test('it survives a database that ends its connections', async () => {
  await started();
  await ticks(1);
  await eventually(async () => expect(await jobs()).toBe(0));
  const end = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pgtaskqueue scheduler' and datname = current_database()`;
  expect((await rows(db.pool, end)).length).toBeGreaterThan(0);
  await ticks(1);
  await eventually(async () => {
    const left = await jobs();
    if (left > 0) await ticks(1); // of the next minute
    expect(left).toBe(0);
  });
});

test('a job whose end cannot be recorded ends the run, and another begins; the process lives on', async () => {
  const said: string[] = [];
  const scheduler = new Scheduler({
    database: db.url,
    logger: { ...silentLogger, warn: (message) => said.push(message) },
    clock: { ...systemClock, sleep: (_, signal) => systemClock.sleep(50, signal) },
  });
  onTestFinished(() => scheduler.stop());
  await scheduler.start();
  await eventually(() => expect(scheduler.working).toBe(true));
  await db.pool.query(`create function public.refuse() returns trigger language plpgsql as
    $$ begin raise 'the disk is full'; end $$;
    create trigger refuse before delete on taskqueue_cron._private_jobs execute function public.refuse()`);
  await ticks(1);
  await eventually(() => expect(said).toContain('cron and maintenance do not run here'));
  expect(said.join()).toContain('the disk is full');
  await db.pool.query('drop function public.refuse() cascade; delete from taskqueue_cron._private_jobs');
  await eventually(() => expect(scheduler.working).toBe(true));
  await ticks(1);
  await eventually(async () => expect(await jobs()).toBe(0));
});

test('jobs are noticed again within half a minute after the network dropped the listening connection', async () => {
  const route = await openRoute(db.url);
  const scheduler = new Scheduler({ database: route.url, logger: silentLogger });
  onTestFinished(async () => {
    await scheduler.stop();
    await route.close();
  });
  const listening = async () =>
    (
      await rows<{ pid: number }>(
        db.pool,
        `select pid from pg_stat_activity where datname = current_database() and (query like 'LISTEN%' or query like '%pg_listening_channels%')`,
      )
    ).map(({ pid }) => pid);
  const before = await listening();
  await scheduler.start();
  await eventually(async () => expect((await listening()).length).toBeGreaterThan(before.length));
  const known = await listening();
  route.freeze();
  route.thaw();
  await eventually(async () => expect((await listening()).some((pid) => !known.includes(pid))).toBe(true));
});
