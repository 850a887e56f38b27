import { afterEach, beforeEach } from 'vitest';
import { Dispatcher } from '../../src/dispatcher/dispatcher.ts';
import type { DispatcherOptions } from '../../src/dispatcher/options.ts';
import type { HttpTask } from '../../src/domain/http-task.ts';
import { normalizeUrl } from '../../src/domain/http-task-url.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { type FakeTarget, fakeTarget } from '../../src/testing/fake-target.ts';
import { useDatabase } from '../support/db.ts';

/** A database, a target per test, and dispatchers that are stopped after it. */
export function useDispatchers() {
  const database = useDatabase();
  const dispatchers: Dispatcher[] = [];
  const harness = {
    database,
    target: undefined as unknown as FakeTarget,
    dispatcher(options: Partial<DispatcherOptions> = {}): Dispatcher {
      const targets = { default: harness.target.url };
      const dispatcher = new Dispatcher({
        database: database.url,
        targets,
        pollSeconds: 0.05,
        logger: silentLogger,
        ...options,
      });
      dispatchers.push(dispatcher);
      return dispatcher;
    },
    /** All remaining tasks, with the columns of the view. */
    async tasks(queue: string) {
      return (await database.pool.query('select * from taskqueue.tasks where queue = $1 order by name', [queue])).rows;
    },
    async createQueue(queue: string, settings: Record<string, unknown> = {}) {
      const given = { queue, rate: '500/s', bucket_size: 100, ...settings };
      const list = Object.keys(given).map((key, i) => `${key} => $${i + 1}`);
      await database.pool.query(`select * from taskqueue.create_queue(${list.join(', ')})`, Object.values(given));
    },
    /** Adds a task and returns its name. */
    async add(queue: string, task: Record<string, unknown> = {}): Promise<string> {
      const given = { queue, transactional: false, ...task };
      const list = Object.keys(given).map((key, i) => `${key} => $${i + 1}`);
      const { rows } = await database.pool.query(
        `select name from taskqueue.add(${list.join(', ')})`,
        Object.values(given),
      );
      return rows[0].name;
    },
    /** Adds an HTTP task and returns its name. Of `task`: what `add` takes, and the headers with their spelling. */
    async addHttp(queue: string, http: HttpTask, task: Record<string, unknown> = {}): Promise<string> {
      const { headers, method = 'POST', ...native } = task;
      const { origin, path } = normalizeUrl(http.url, true);
      const name = await harness.add(queue, { countdown: 3600, ...native });
      await database.pool.query(
        `update taskqueue._tasks as t
         set http = $1, target = $2, url = $3, headers = $4, method = $5, body_kind = null, due = taskqueue._now()
         where t.queue_id = (select q.id from taskqueue._queues as q where q.name = $6)
           and coalesce(t.name, taskqueue._name(t.id, t.created)) = $7`,
        [JSON.stringify(http), origin, path, headers ? JSON.stringify(headers) : null, method, queue, name],
      );
      return name;
    },
    async addMany(queue: string, n: number): Promise<void> {
      const tasks = JSON.stringify(Array.from({ length: n }, (_, i) => ({ url: `/${i}` })));
      await database.pool.query(
        'select count(*) from taskqueue.add_tasks(queue => $1, tasks => $2, transactional => false)',
        [queue, tasks],
      );
    },
  };
  beforeEach(async () => {
    harness.target = await fakeTarget();
  });
  afterEach(async () => {
    await Promise.all(dispatchers.splice(0).map((dispatcher) => dispatcher.stop({ deadlineSeconds: 1 })));
    await harness.target.close();
    await database.pool.query(`select taskqueue.delete_queue(name) from taskqueue.queues where name <> 'default'`);
  });
  return harness;
}
