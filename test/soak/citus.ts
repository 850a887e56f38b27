// Plays the recipe of docs/operate/citus.md on a Citus that is at hand, for a while:
//
//   node test/soak/citus.ts COORDINATOR WORKER... [--seconds 30]
//
// with a connection string for each node, whose host and port are those that Citus knows it by. The schema is made on
// each worker, and a table `orders` distributed by its tenant_id.

import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { migrate } from '../../src/schema/migrate/migrate.ts';
import { type Node, playTenants, prepareNodes } from '../cells/tenants.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '30' } },
});
const [coordinator, ...workers] = positionals;
if (coordinator === undefined || workers.length === 0) {
  console.error('usage: node test/soak/citus.ts COORDINATOR WORKER... [--seconds 30]');
  process.exit(2);
}
const pool = new pg.Pool({ connectionString: coordinator, max: 2 });
const { rows: extensions } = await pool.query(`select extversion as version from pg_extension where extname = 'citus'`);
if (extensions.length === 0) {
  console.error('there is no Citus: the extension citus is not installed in the database of the coordinator');
  process.exit(2);
}
console.log(`Citus ${extensions[0].version}, ${workers.length} workers`);

const nodes: Node[] = await Promise.all(workers.map(async (url) => ({ url, name: await nameOf(url) })));
for (const { url, name } of nodes) {
  await migrate(url);
  console.log(`${name}: the schema is there`);
}
await pool.query('create table if not exists orders (tenant_id text, id text, primary key (tenant_id, id))');
await pool.query(`select create_distributed_table('orders', 'tenant_id') where not exists
    (select from pg_dist_partition where logicalrelid = 'orders'::regclass)`);
const tenancy = { nodes, nodeOf: async (tenant: string) => placeOf(tenant) };
await prepareNodes(tenancy);
const played = await playTenants(tenancy, () => sleep(Number(values.seconds) * 1000));
console.log(`${played.committed} orders, ${played.refused} refused, ${played.problems.length} problems`);
for (const problem of played.problems.slice(0, 20)) console.error(problem);
await pool.end();
process.exitCode = played.problems.length > 0 ? 1 : 0;

/** As the coordinator knows it. */
async function nameOf(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return `${hostname}:${port || 5432}`;
}

async function placeOf(tenant: string): Promise<string> {
  const { rows } = await pool.query<{ node: string }>(
    `select n.nodename || ':' || n.nodeport as node
     from pg_dist_placement as p join pg_dist_node as n using (groupid)
     where p.shardid = get_shard_id_for_distribution_column('orders', $1::text)`,
    [tenant],
  );
  const node = rows[0]?.node ?? '';
  if (nodes.some(({ name }) => name === node)) return node;
  throw new Error(`tenant ${tenant} lives on ${node}, for which no connection string was given`);
}
