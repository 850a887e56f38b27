// The time that a page of ListTasks takes over REST, by the number of tasks of the queue.

import type { Cell, Setting } from '../bench.ts';
import { Child } from '../child.ts';
import type { FreshDatabase } from '../databases.ts';
import { processCpuSeconds } from '../meter.ts';
import { PAYLOAD } from '../payload.ts';
import { median } from '../rounds.ts';
import { oursForApi } from './contender.ts';

const QUEUE = '/v2/projects/bench/locations/here/queues/push';
const LEAST_PAGES = 20;
const SERVER = new URL('server.ts', import.meta.url).pathname;

/** Copies a task, row by row; every second one has another due time. */
const fillWith = (tasks: number) => `
  do $$ declare
    columns constant text := (select string_agg(quote_ident(attname), ', ') from pg_attribute
      where attrelid = 'taskqueue._tasks'::regclass and attnum > 0 and not attisdropped and attgenerated = ''
        and attname not in ('id', 'due'));
  begin
    execute format('insert into taskqueue._tasks (id, due, %1$s)
      select t.id + n, t.due + make_interval(secs => case n %% 2 when 0 then 0 else n end), %1$s
      from taskqueue._tasks as t, generate_series(1, ${tasks - 1}) as n', columns);
  end $$`;

/** A cell with the median time of all pages of a queue. */
export function listCell({ databases }: Setting, tasks: number): Cell {
  const fill = async (database: FreshDatabase) => {
    const server = await Child.start(SERVER, [database.url]);
    const httpRequest = { url: 'https://example.com/tasks/welcome', body: Buffer.from(PAYLOAD).toString('base64') };
    const scheduleTime = new Date(Date.now() + 86_400_000).toISOString();
    await call(`${server.ready}${QUEUE}/tasks`, { task: { httpRequest, scheduleTime } });
    await server.stop();
    const client = await database.connect();
    await client.query(fillWith(tasks));
    await client.query('vacuum analyze taskqueue._tasks');
  };
  const run = () =>
    databases.use(
      oursForApi,
      async ({ url }) => {
        const server = await Child.start(SERVER, [url]);
        const cpu = processCpuSeconds(server.pid);
        const times = await walk(`${server.ready}${QUEUE}/tasks`, tasks);
        const own = processCpuSeconds(server.pid) - cpu;
        await server.stop();
        const last = times.slice(-Math.ceil(times.length / 10));
        return {
          'ms a page': median(times),
          'ms, the last tenth': median(last),
          'own CPU ms': (own / times.length) * 1e3,
        };
      },
      { name: `list ${tasks}`, fill },
    );
  return { label: `list ${tasks.toLocaleString('en').replaceAll(',', ' ')}`, run };
}

/** Reads a queue from its first page to its last, several times if it has few. */
async function walk(tasksUrl: string, tasks: number): Promise<number[]> {
  const times: number[] = [];
  while (times.length < LEAST_PAGES) {
    let seen = 0;
    for (let token: string | undefined = ''; token !== undefined; ) {
      const started = performance.now();
      const page: Page = await call(`${tasksUrl}?pageSize=1000&pageToken=${encodeURIComponent(token)}`);
      times.push(performance.now() - started);
      seen += page.tasks?.length ?? 0;
      token = page.nextPageToken || undefined;
    }
    if (seen !== tasks) throw new Error(`a list of ${tasks} tasks had ${seen}`);
  }
  return times;
}

interface Page {
  tasks?: unknown[];
  nextPageToken?: string;
}

async function call(url: string, body?: object): Promise<Page> {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(url, body ? post : {});
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json() as Promise<Page>;
}
