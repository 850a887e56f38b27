// Nothing that we run is compiled. A switch of the planner that is off adds 1e10 to the cost of what can't be done without it, and with JIT on, as most
// servers have it, what costs so much is compiled anew by each call, which takes far longer than it runs.
import { beforeAll, describe, expect, it } from 'vitest';
import { useDatabase } from '../support/db.ts';
import { rows, value } from '../support/sql.ts';
import { explaining, plansOf } from './explained.ts';
import { samples } from './hostile-sessions/samples.ts';

const db = useDatabase();

const PINNED = `
  select p.oid::regprocedure::text as name, p.proconfig from pg_proc as p
  where p.pronamespace = 'taskqueue'::regnamespace and exists (select from unnest(p.proconfig) as c(setting) where c.setting like 'enable%')`;

describe('functions that pin their plans', () => {
  it('turn JIT off', async () => {
    const pinned = await rows<{ name: string; proconfig: string[] }>(db.pool, PINNED);
    expect(pinned.length).toBeGreaterThan(30);
    expect(pinned.filter(({ proconfig }) => !proconfig.includes('jit=off')).map(({ name }) => name)).toEqual([]);
  });
});

/** Tells what has to read all that there is. */
const READS_ALL = ['verify'];

describe('on a server that compiles', () => {
  let compiles: boolean;

  beforeAll(async () => {
    compiles = await value(db.pool, 'select pg_jit_available()');
    await db.pool.query(
      `select taskqueue.create_queue('push', rate => '500/s'), taskqueue.create_queue('pull', mode => 'pull', retry => '{"task_retry_limit": 1}')`,
    );
    await db.pool.query(
      `insert into taskqueue._tasks (id, due, created, queue_id, tag, body)
       select n - 100000 * q.id, clock_timestamp() - interval '1 hour' + n * interval '1 ms', clock_timestamp(), q.id, case when q.mode = 'pull' then 'a' end, ''
       from taskqueue._queues as q, generate_series(1, 20000) as n where q.name in ('push', 'pull')`,
    );
    await db.pool.query(
      `insert into taskqueue._forced_runs (queue_id, task_id, requested)
       select t.queue_id, t.id, clock_timestamp() from taskqueue._tasks as t join taskqueue._queues as q on q.id = t.queue_id and q.name = 'push' limit 500`,
    );
  });

  it('no function compiles, at the settings that servers come with', async ({ skip }) => {
    if (!compiles) skip('this server has no JIT');
    const client = await explaining(db);
    await client.query('set jit = on');
    for (const [name, samplesOfIt] of Object.entries(samples)) {
      if (READS_ALL.includes(name)) continue;
      for (const given of samplesOfIt) {
        const statement = `select * from taskqueue.${name}(${given})`;
        await client.query('begin');
        const plans = await plansOf(client, statement).catch((error) => String(error));
        await client.query('rollback');
        expect.soft(plans, statement).not.toContain('JIT:');
      }
    }
  });

  it('no function that pins its plan compiles, however cheap that is', async ({ skip }) => {
    if (!compiles) skip('this server has no JIT');
    const client = await explaining(db);
    await client.query('set jit = on; set jit_above_cost = 0');
    for (const statement of [
      `select count(*) from taskqueue.claim_tasks('push', 10)`,
      `select count(*) from taskqueue.claim_forced_tasks('push', 10)`,
      `select count(*) from taskqueue.lease_tasks('pull', 60, 10)`,
      `select taskqueue.next_due('push')`,
    ]) {
      const nested = await compiledWithin(statement);
      expect(nested, statement).toEqual([]);
    }

    /** Statements within functions that were compiled; the outer one is. */
    async function compiledWithin(statement: string): Promise<string[]> {
      const compiled: string[] = [];
      const listen = (notice: { message?: string | undefined; where?: string | undefined }) => {
        const message = notice.message ?? '';
        if (message.includes('JIT:') && !message.includes(statement)) compiled.push(message);
      };
      client.on('notice', listen);
      await client.query(statement);
      client.off('notice', listen);
      return compiled;
    }
  });
});
