// The plain way to push: claim, POST each task with node:http, complete. No rates, no retries, no deadlines.

import http from 'node:http';
import pg from 'pg';
import { BATCH } from '../payload.ts';

const LOOPS = 4;
const CLAIM = `select * from taskqueue.claim_tasks($1, ${BATCH})`;
const COMPLETE = 'select taskqueue.complete_tasks($1, $2, $3)';

interface Claimed {
  id: string;
  lease_token: string;
  url: string;
  body: Buffer | null;
}

/** Pushes all that the queues hold; four loops divide them. Returns what stops it, like the others: there is nothing left to stop. */
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
  await Promise.all(rows.map((task) => post(agent, target + task.url, task.body ?? Buffer.of())));
  const proofs = [queue, rows.map(({ id }) => id), rows.map(({ lease_token }) => lease_token)];
  if (rows.length > 0) await pool.query({ name: 'complete', text: COMPLETE, values: proofs });
  return rows.length === BATCH;
}

function post(agent: http.Agent, url: string, body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      url,
      { method: 'POST', agent, headers: { 'content-length': body.length } },
      (response) => {
        response.resume();
        response.on('end', resolve);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}
