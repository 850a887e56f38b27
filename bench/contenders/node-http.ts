// The plain way to push: claim, POST each task with node:http, complete. The same requests, header by header, but no
// rates, no retries, no deadlines.

import { hash } from 'node:crypto';
import http from 'node:http';
import pg from 'pg';
import { BATCH } from '../payload.ts';

const LOOPS = 4;
const CLAIM = `select * from taskqueue.claim_tasks($1, ${BATCH})`;
const COMPLETE = 'select taskqueue.complete_tasks($1, $2, $3)';

interface Claimed {
  id: string;
  name: string;
  lease_token: string;
  url: string;
  eta: Date;
  created: Date;
  body: Buffer | null;
}

/**
 * Pushes all tasks of the queues, divided among four loops. Like the others, returns a function that stops it, although
 * nothing is left to stop.
 */
export async function pushByNodeHttp(
  databaseUrl: string,
  target: string,
  queues: string[],
): Promise<() => Promise<void>> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: LOOPS });
  const agent = new http.Agent({ keepAlive: true, maxSockets: LOOPS * BATCH });
  const left = [...queues];
  const loop = async () => {
    for (let queue = left.shift(); queue !== undefined; queue = left.shift()) {
      if (await pushBatch(pool, agent, target, queue)) left.push(queue);
    }
  };
  await Promise.all(Array.from({ length: LOOPS }, loop));
  return async () => {
    agent.destroy();
    await pool.end();
  };
}

async function pushBatch(pool: pg.Pool, agent: http.Agent, target: string, queue: string): Promise<boolean> {
  const { rows } = await pool.query<Claimed>({ name: 'claim', text: CLAIM, values: [queue] });
  await Promise.all(rows.map((task) => post(agent, target, queue, task)));
  const proofs = [queue, rows.map(({ id }) => id), rows.map(({ lease_token }) => lease_token)];
  if (rows.length > 0) await pool.query({ name: 'complete', text: COMPLETE, values: proofs });
  return rows.length === BATCH;
}

function post(agent: http.Agent, target: string, queue: string, task: Claimed): Promise<void> {
  const body = task.body ?? Buffer.of();
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', agent, headers: headersOf(queue, task, body) };
    const request = http.request(target + task.url, options, (response) => {
      response.resume();
      response.on('end', resolve);
    });
    request.on('error', reject);
    request.end(body);
  });
}

function headersOf(queue: string, task: Claimed, body: Buffer): Record<string, string | number> {
  const now = Math.floor(Date.now() / 1000);
  return {
    'content-type': 'application/octet-stream',
    'content-length': body.length,
    'user-agent': 'AppEngine-Google; (+http://code.google.com/appengine)',
    'accept-encoding': 'identity',
    'X-AppEngine-QueueName': queue,
    'X-AppEngine-TaskName': task.name,
    'X-AppEngine-TaskRetryCount': '0',
    'X-AppEngine-TaskExecutionCount': '0',
    'X-AppEngine-TaskETA': (task.eta.getTime() / 1000).toFixed(6),
    'X-AppEngine-TaskDeadline': String(now + 600),
    'X-AppEngine-Current-Namespace': '',
    'webhook-id': hash('sha256', `${queue}\n${task.name}\n${task.created.getTime()}`).slice(0, 32),
    'webhook-timestamp': String(now),
  };
}
