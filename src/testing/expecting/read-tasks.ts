// Reads the tasks of a queue with all that tests compare, also within a transaction. Values come as text, whatever the
// driver makes of other types.

import type { Executor } from '../../postgres/executor.ts';
import { run, statement } from '../../schema/call.ts';
import type { TestTask } from './task-matcher.ts';

/** Most tasks that are read. */
const MOST = 1_000;

/** Where a kind of tasks is read, and its columns that the others lack or name differently. */
const KINDS = {
  live: { view: 'tasks', state: 't.state', eta: 'eta', count: 'retry_count', status: 'last_status', method: 'method' },
  dead: {
    view: 'dead_tasks',
    state: `'dead'`,
    eta: 'died',
    count: 'retry_count',
    status: 'last_status',
    method: 'method',
  },
  completed: {
    ...{
      view: 'completed_tasks',
      state: `'completed'`,
      eta: 'completed',
      count: 'attempts',
      status: null,
      method: null,
    },
  },
} as const;

interface Row {
  name: string;
  state: string;
  method: string | null;
  url: string | null;
  tag: string | null;
  target: string | null;
  namespace: string | null;
  eta: string;
  created: string;
  count: string;
  status: string | null;
  headers: string | null;
  body: string | null;
}

/** The first thousand tasks of a kind, in the order of their times. */
export async function readTestTasks(executor: Executor, queue: string, kind: keyof typeof KINDS): Promise<TestTask[]> {
  const rows = await run(executor, statement<Row>(selection(kind), [queue]));
  return rows.map((row) => readTask(queue, row));
}

function selection(kind: keyof typeof KINDS): string {
  const { view, state, eta, count, status, method } = KINDS[kind];
  const ms = (column: string) => `(extract(epoch from t.${column}) operator(pg_catalog.*) 1000)::pg_catalog.text`;
  const text = (column: string | null) => (column === null ? 'null' : `t.${column}::pg_catalog.text`);
  const columns = [
    't.name, t.url, t.tag, t.target, t.namespace',
    `${state} as state, ${text(method)} as method, ${text(count)} as count, ${text(status)} as status`,
    `${ms(eta)} as eta, ${ms('created')} as created`,
    kind === 'completed' ? 'null as headers, null as body' : DETAILS,
  ];
  return `select ${columns.join(', ')} from taskqueue.${view} as t
    where t.queue operator(pg_catalog.=) $1 order by t.${eta}, t.created limit ${MOST}`;
}

const DETAILS = `(select d.headers::pg_catalog.text from taskqueue.task_details(t.queue, t.name) as d) as headers,
  pg_catalog.encode(taskqueue.task_payload(t.queue, t.name), 'base64') as body`;

function readTask(queue: string, row: Row): TestTask {
  const { name, method, url, tag, target } = row;
  const headers = lowerCased(JSON.parse(row.headers ?? 'null') ?? {});
  const payload = row.body === null ? undefined : Buffer.from(row.body, 'base64').toString();
  return {
    ...{ queue, name, state: row.state as TestTask['state'], method, url, payload, headers, tag, target },
    json: jsonIn(payload),
    params: paramsIn(url, payload, headers['content-type']),
    namespace: row.namespace ?? '',
    eta: new Date(Number(row.eta)),
    created: new Date(Number(row.created)),
    retryCount: Number(row.count),
    lastStatus: row.status === null ? null : Number(row.status),
  };
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function jsonIn(payload: string | undefined): unknown {
  try {
    return JSON.parse(payload ?? '');
  } catch {
    return undefined;
  }
}

function paramsIn(url: string | null, payload: string | undefined, type: string | undefined): TestTask['params'] {
  const form = type?.startsWith('application/x-www-form-urlencoded') ? payload : url?.split('?')[1];
  const fields = new URLSearchParams(form ?? '');
  const names = [...new Set(fields.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = fields.getAll(name);
      return [name, values.length > 1 ? values : (values[0] as string)];
    }),
  );
}
