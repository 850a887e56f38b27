// Tasks move between two databases while both are in use, and however often the move is interrupted each runs once.

import { statSync, writeFileSync } from 'node:fs';
import pg from 'pg';
import { beforeAll, expect, test } from 'vitest';
import { moveTasks } from '../../src/moving/move-tasks.ts';
import { executorOf } from '../../src/postgres/executor.ts';
import { run, runHere, start } from '../cli/command.ts';
import { type TestDatabase, useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { sharedFolder } from '../support/folder.ts';
import { value } from '../support/sql.ts';

const eu = useDatabase();
const us = useDatabase();
const folder = sharedFolder();
const MOVER = 'the mover';

beforeAll(() =>
  writeFileSync(`${folder}/cells.yaml`, `cells: {eu: {database: "${eu.url}"}, us: {database: "${us.url}"}}`),
);

async function createQueue(name: string, mode: 'push' | 'pull'): Promise<void> {
  for (const { pool } of [eu, us]) await pool.query('select taskqueue.create_queue($1, mode => $2)', [name, mode]);
}

/** Adds tasks, every other one with a name; returns all their names. */
async function add({ pool }: TestDatabase, queue: string, tasks: number, prefix: string): Promise<string[]> {
  const added: string[] = [];
  for (let from = 0; from < tasks; from += 100) {
    const batch = Array.from({ length: Math.min(100, tasks - from) }, (_, at) =>
      at % 2 ? { payload: 'x' } : { payload: 'x', name: `${prefix}-${from + at}` },
    );
    const { rows } = await pool.query<{ name: string }>(
      'select name from taskqueue.add_tasks($1, $2, transactional => false)',
      [queue, JSON.stringify(batch)],
    );
    added.push(...rows.map(({ name }) => name));
  }
  return added;
}

const TAKE = {
  push: `with claimed as materialized (select id, name, lease_token from taskqueue.claim_tasks($1, 40)),
    ended as materialized (select d as id from (select array_agg(id) as ids, array_agg(lease_token) as tokens from claimed having count(*) > 0) as c,
      taskqueue.complete_tasks($1, c.ids, c.tokens) as d)
    select name from claimed join ended using (id)`,
  pull: `with leased as materialized (select name, lease_token from taskqueue.lease_tasks($1, 60, 40)),
    ended as materialized (select d.* from (select array_agg(name) as names, array_agg(lease_token) as tokens from leased having count(*) > 0) as l,
      taskqueue.delete_tasks($1, l.names, l.tokens) as d)
    select name from ended where deleted`,
};

/** Runs tasks, at a leisurely pace, until it is told to stop; returns the names of those that ran. */
function work({ pool }: TestDatabase, queue: string, mode: 'push' | 'pull'): () => Promise<string[]> {
  const ran: string[] = [];
  let stopped = false;
  const loop = (async () => {
    for (let idle = 0; !stopped || idle === 0; ) {
      const { rows } = await pool.query<{ name: string }>(TAKE[mode], [queue]);
      ran.push(...rows.map(({ name }) => name));
      idle = rows.length > 0 ? 0 : idle + 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  return async () => {
    stopped = true;
    await loop;
    return ran;
  };
}

/** Moves until a move ends by itself; its connections are cut again and again. Returns how often it was interrupted. */
async function moveWithInterruptions(queue: string, interruptions: number): Promise<number> {
  const pools = [eu, us].map(({ url }) => {
    const pool = new pg.Pool({ connectionString: url, application_name: MOVER, max: 1 });
    pool.on('error', () => {});
    return pool;
  });
  const [from, to] = pools.map((pool) => executorOf(pool)) as [
    ReturnType<typeof executorOf>,
    ReturnType<typeof executorOf>,
  ];
  let failures = 0;
  for (;;) {
    const options = { queue, destination: 'us', dead: false };
    let batches = 0;
    const cut = () => {
      batches += 1;
      if (failures >= interruptions || batches < 2) return;
      void [eu, us][failures % 2]?.pool.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1',
        [MOVER],
      );
    };
    const done = await moveTasks(from, to, { ...options, moved: cut }).catch(() => undefined);
    if (done) break;
    failures += 1;
  }
  await Promise.all(pools.map((pool) => pool.end()));
  return failures;
}

test.each(['push', 'pull'] as const)(
  '10,000 tasks of a %s queue each run once, wherever',
  async (mode) => {
    const queue = `busy-${mode}`;
    await createQueue(queue, mode);
    const before = await add(eu, queue, 10_000, 'old');
    const workers = [work(eu, queue, mode), work(us, queue, mode)];
    const adders = [add(eu, queue, 600, 'new'), add(us, queue, 600, 'there')];
    const failures = await moveWithInterruptions(queue, 12);
    const added = [...before, ...(await Promise.all(adders)).flat()];
    await eventually(
      async () => {
        for (const { pool } of [eu, us])
          expect(await value(pool, 'select tasks::integer from taskqueue.queues where name = $1', [queue])).toBe(0);
      },
      { timeoutMs: 120_000 },
    );
    const [here, there] = (await Promise.all(workers.map((stop) => stop()))) as [string[], string[]];
    expect(failures).toBeGreaterThan(5);
    expect([...here, ...there].sort()).toEqual(added.sort());
    expect(there.length).toBeGreaterThan(600); // some were moved
    for (const { pool } of [eu, us]) {
      expect(await value(pool, 'select count(*)::integer from taskqueue.exports')).toBe(0);
      expect(await value(pool, 'select count(*)::integer from taskqueue.dead_tasks')).toBe(0);
      expect(await value(pool, 'select count(*)::integer from taskqueue.verify()')).toBe(0);
    }
  },
  300_000,
);

const tasksOf = ({ pool }: TestDatabase, queue: string) =>
  value<number>(pool, 'select count(*)::integer from taskqueue.tasks where queue = $1', [queue]);

test('a command that is killed is continued by the next one', async () => {
  await createQueue('killed', 'push');
  await eu.pool.query(`select taskqueue.pause_queue('killed')`);
  const added = await add(eu, 'killed', 10_000, 'k');
  const move = ['tasks', 'move', 'killed', '--to', 'us', '--config', `${folder}/cells.yaml`];
  const child = start(move, { cwd: folder });
  await eventually(async () => expect(await tasksOf(us, 'killed')).toBeGreaterThan(0), {
    timeoutMs: 60_000,
    everyMs: 5,
  });
  child.kill('SIGKILL');
  await child.ran;
  expect(await tasksOf(us, 'killed')).toBeLessThan(10_000);
  const again = await run(move, { cwd: folder });
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('Queue killed is empty here.') });
  const { rows } = await us.pool.query(`select name from taskqueue.tasks where queue = 'killed'`);
  expect(rows.map(({ name }) => name).sort()).toEqual(added.sort());
});

test('what is in flight stays, and is counted', async () => {
  await createQueue('flying', 'push');
  const names = await add(eu, 'flying', 5, 'f');
  await eu.pool.query(`select from taskqueue.claim_tasks('flying', 2)`);
  const { code, stdout } = await runHere(['tasks', 'move', 'flying', '--to', 'us', '--config', `${folder}/cells.yaml`]);
  expect([code, stdout]).toEqual([0, 'Moved to us: 3 tasks. 2 tasks stay here: 2 of them in flight.\n']);
  expect(await tasksOf(us, 'flying')).toBe(3);
  expect(names).toHaveLength(5);
});

test('a destination must be another database, and have the queue', async () => {
  await eu.pool.query(`select taskqueue.create_queue('lonely'), taskqueue.add('lonely', url => '/a')`);
  const move = (to: string) => runHere(['tasks', 'move', 'lonely', '--to', to, '--config', `${folder}/cells.yaml`]);
  expect(await move('eu')).toMatchObject({ code: 2, stderr: expect.stringContaining('another cell') });
  expect(await move('asia')).toMatchObject({ code: 2, stderr: expect.stringContaining('cells eu, us') });
  expect(await move('us')).toMatchObject({ code: 3, stderr: expect.stringContaining('there is no queue lonely') });
  expect(await value(eu.pool, `select tasks::integer from taskqueue.exports where queue = 'lonely'`)).toBe(1);
  expect(await move(`${eu.url}?x=1`)).toMatchObject({ stderr: expect.stringContaining('exported to us') });
  await us.pool.query(`select taskqueue.create_queue('lonely')`);
  expect(await move('us')).toMatchObject({ code: 0, stdout: 'Moved to us: 1 task. Queue lonely is empty here.\n' });
});

test('through a file: exported, imported, imported again, forgotten', async () => {
  await createQueue('filed', 'pull');
  const names = await add(eu, 'filed', 250, 'n');
  const on = (cell: string, ...args: string[]) =>
    runHere(['tasks', ...args, '--config', `${folder}/cells.yaml`, '--cell', cell]);
  const file = `${folder}/filed.ndjson`;
  writeFileSync(file, 'of an earlier export, and for all to read', { mode: 0o644 });
  const out = await on('eu', 'export', 'filed', '--file', file);
  expect(out).toMatchObject({ code: 0, stdout: expect.stringContaining('Exported 250 tasks of queue filed.') });
  expect(out.stdout).toContain('--cell eu tasks export filed --finish');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await add(eu, 'filed', 3, 'later');
  const lines = (await on('eu', 'export', 'filed')).stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(5);
  expect(JSON.parse(lines.at(-1) as string)).toEqual({ end: true, batches: 4, tasks: 253 });
  writeFileSync(file, lines.slice(0, -1).join('\n'));
  expect(await on('us', 'import', 'filed', file)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('the last line is missing'),
  });
  writeFileSync(file, lines.join('\n'));
  for (let time = 0; time < 2; time++)
    expect(await on('us', 'import', 'filed', file)).toMatchObject({
      code: 0,
      stdout: 'Imported into queue filed: 253 tasks.\n',
    });
  expect(await tasksOf(us, 'filed')).toBe(253);
  expect(await on('eu', 'export', 'filed', '--finish')).toMatchObject({ code: 2 });
  expect(await on('eu', 'export', 'filed', '--finish', '--yes')).toMatchObject({
    code: 0,
    stdout: 'Forgot 253 tasks exported from queue filed.\n',
  });
  expect(names).toHaveLength(250);
});

test('an export can be undone', async () => {
  await createQueue('undone', 'pull');
  await add(eu, 'undone', 250, 'n');
  const on = (...args: string[]) => runHere(['tasks', 'export', 'undone', '--database-url', eu.url, ...args]);
  await on();
  expect(await tasksOf(eu, 'undone')).toBe(0);
  expect((await on('--undo', '--yes')).stdout).toBe('Gave 250 tasks back to queue undone.\n');
  expect(await tasksOf(eu, 'undone')).toBe(250);
});
