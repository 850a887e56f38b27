// The load of the bench `api`, in a process of its own: eight callers that each create one task after another.

import pg from 'pg';
import { Pool } from 'undici';
import { TaskQueues } from '../../src/index.ts';
import { clientsOf } from '../../test/clients/clients.ts';
import { answerParent } from '../child.ts';
import { PAYLOAD } from '../payload.ts';
import { openGrpc } from './grpc.ts';

/** The way to create tasks. */
export type Way = 'queue.add' | 'REST' | 'gRPC' | 'client REST' | 'client gRPC';

const CALLERS = 8;
const PARENT = 'projects/bench/locations/here/queues/push';
const URL = 'https://example.com/tasks/welcome';

type Create = () => Promise<unknown>;

const OPEN: Record<Way, (url: string) => Create> = {
  'queue.add': (url) => {
    const pool = new pg.Pool({ connectionString: url, max: CALLERS });
    const queue = new TaskQueues({ database: pool, preparedStatements: true }).queue('push');
    return () => queue.add({ url: '/tasks/welcome', payload: PAYLOAD });
  },
  REST: (url) => {
    const pool = new Pool(url, { connections: CALLERS });
    const body = JSON.stringify({ task: { httpRequest: { url: URL, body: Buffer.from(PAYLOAD).toString('base64') } } });
    const headers = { 'content-type': 'application/json' };
    return async () => {
      const answer = await pool.request({ path: `/v2/${PARENT}/tasks`, method: 'POST', headers, body });
      if (answer.statusCode !== 200) throw new Error(await answer.body.text());
      await answer.body.dump();
    };
  },
  gRPC: (url) => openGrpc(url, { parent: PARENT, url: URL, body: PAYLOAD }),
  'client REST': (url) => createByClient(url, 'REST'),
  'client gRPC': (url) => createByClient(url, 'gRPC'),
};

function createByClient(url: string, transport: 'REST' | 'gRPC'): Create {
  const { client } = clientsOf(() => url, 'v2').find((one) => one.version === 7 && one.transport === transport) ?? {};
  const httpRequest = { url: URL, body: Buffer.from(PAYLOAD) };
  return async () => client?.createTask({ parent: PARENT, task: { httpRequest } });
}

const [, , way = '', url = ''] = process.argv;
const create = OPEN[way as Way](url);

/** Creates as many tasks as it is asked for. */
answerParent('ready', async (tasks) => {
  let left = tasks as number;
  const caller = async () => {
    while (left-- > 0) await create();
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
});
