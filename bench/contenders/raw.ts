// Plain SQL on a table with two indexes, which shows what PostgreSQL itself can do. It has no leases, retries, limits
// or names.

import pg from 'pg';
import { BATCH, batchOf, literal, PAYLOAD } from '../payload.ts';
import type { SqlContender } from './sql-contender.ts';

const TABLE = `
  create table bench_tasks (
    id bigint generated always as identity primary key,
    due timestamptz not null default clock_timestamp(),
    queue_id integer not null,
    body bytea
  );
  create index on bench_tasks (queue_id, due, id)`;

const BODY = `\\x${Buffer.from(PAYLOAD).toString('hex')}`;
const BODIES = `{${batchOf(`"\\\\x${BODY.slice(2)}"`).join(',')}}`;

const TAKE = `
  with taken as materialized (
    select t.ctid from bench_tasks as t where t.queue_id = 1 and t.due <= now() order by t.due, t.id limit ${BATCH} for update skip locked
  )
  delete from bench_tasks as t using taken where t.ctid = taken.ctid returning t.id, t.due, t.body`;

// Autovacuum must not analyse the empty table, which would change the plan.
const PIN = ['enable_seqscan', 'enable_bitmapscan', 'enable_sort'];

export const raw: SqlContender = {
  name: 'raw',
  install: async (url) => {
    const client = new pg.Client(url);
    await client.connect();
    await client.query(TABLE);
    for (const setting of PIN) await client.query(`alter database ${client.database} set ${setting} = off`);
    await client.end();
  },
  addBatch: {
    declare: `batch constant text := ${literal(BODIES)};`,
    turn: `
      insert into bench_tasks (queue_id, body) select 1, b from unnest(batch::bytea[]) as b;
      done := ${BATCH};
      commit;`,
  },
  addOne: {
    declare: `body constant text := ${literal(BODY)};`,
    turn: `
      insert into bench_tasks (queue_id, body) values (1, body::bytea);
      commit;`,
  },
  send: async (client) => {
    await client.query(
      'insert into bench_tasks (queue_id, body) select 1, b from unnest($1::bytea[]) as b returning id',
      [BODIES],
    );
    return BATCH;
  },
  take: async (client) => (await client.query(TAKE)).length,
};
