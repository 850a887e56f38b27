// The recipe for Citus with two PostgreSQL servers as nodes, of which one crashes.

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { queryAt } from '../support/bare-database.ts';
import { temporaryFolder } from '../support/folder.ts';
import { Cluster } from './cluster.ts';
import { playTenants, prepareNodes, type Tenancy } from './tenants.ts';

test('a node that crashes and comes back loses no task, and none runs on another node', async () => {
  const [one, two] = await Promise.all([Cluster.start(temporaryFolder()), Cluster.start(temporaryFolder())]);
  try {
    const tenancy: Tenancy = {
      nodes: [
        { name: 'one', url: one.url },
        { name: 'two', url: two.url },
      ],
      nodeOf: async (tenant) => (Number(tenant.split('-')[1]) % 2 ? 'one' : 'two'),
    };
    for (const { url } of tenancy.nodes)
      await queryAt(url, 'create table orders (tenant_id text, id text, primary key (tenant_id, id))');
    await prepareNodes(tenancy);
    const { committed, refused, problems } = await playTenants(tenancy, async () => {
      await sleep(1_000);
      await one.crash();
      await sleep(1_000);
      await one.startAgain();
      await sleep(1_000);
    });
    expect(problems).toEqual([]);
    expect(committed).toBeGreaterThan(20);
    expect(refused).toBeGreaterThan(0);
  } finally {
    await Promise.all([one.stop(), two.stop()]);
  }
});
