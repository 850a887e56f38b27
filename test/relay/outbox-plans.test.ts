// The relay's statements use the indexes of the documented table, however long the outbox is.

import { expect, test } from 'vitest';
import { OUTBOX_TABLE, Outbox } from '../../src/relay/outbox.ts';
import { makeStore } from './harness.ts';

test('no statement of the relay scans a long outbox', async () => {
  const store = await makeStore();
  await store.pool.query(
    `insert into ${OUTBOX_TABLE} (queue, task) select 'default', '{}' from generate_series(1, 20000)`,
  );
  await store.pool.query(`analyze ${OUTBOX_TABLE}`);
  const plans: string[] = [];
  const query = async (text: string, values: readonly unknown[] = []) => {
    const { rows } = await store.pool.query(`explain ${text}`, [...values]);
    plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
    return { rows: [] };
  };
  const outbox = new Outbox({ query } as unknown as ConstructorParameters<typeof Outbox>[0], OUTBOX_TABLE);
  const ids = Array.from({ length: 100 }, () => crypto.randomUUID());
  await outbox.read(1_000, { ids, queues: ['mail'], lanes: ['mail ada'] });
  await outbox.remove(ids);
  await outbox.lagSeconds();
  expect(plans).toHaveLength(3);
  for (const plan of plans) {
    expect(plan).toContain('Index');
    expect(plan).not.toContain('Seq Scan');
  }
});
