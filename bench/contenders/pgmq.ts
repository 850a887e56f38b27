// PGMQ, if PGTASKQUEUE_BENCH_PGMQ names its SQL file: its extension's functions, installed as a plain schema.

import fs from 'node:fs';
import pg from 'pg';
import { arrayOf } from '../client-loop.ts';
import { BATCH, batchOf, JSON_PAYLOAD, literal } from '../payload.ts';
import type { SqlContender } from './sql-contender.ts';

const FILE = process.env.PGTASKQUEUE_BENCH_PGMQ;

const MESSAGE = JSON.stringify(JSON_PAYLOAD);
const MESSAGES = `{${batchOf(JSON.stringify(MESSAGE)).join(',')}}`;

/** Undefined: PGMQ was not requested. */
export const pgmq: SqlContender | undefined = FILE === undefined ? undefined : contender(FILE);

/** The note of a bench if PGMQ is missing. */
export const withoutPgmq = pgmq ? [] : ['PGMQ left out: PGTASKQUEUE_BENCH_PGMQ names no SQL file'];

function contender(file: string): SqlContender {
  return {
    name: 'pgmq',
    install: async (url) => {
      const client = new pg.Client(url);
      await client.connect();
      await client.query('create schema if not exists pgmq');
      await client.query(fs.readFileSync(file, 'utf8'));
      await client.query(`select pgmq.create('bench')`);
      await client.end();
    },
    addBatch: {
      declare: `batch constant text := ${literal(MESSAGES)};`,
      turn: `
        perform pgmq.send_batch('bench', batch::jsonb[]);
        done := ${BATCH};
        commit;`,
    },
    addOne: {
      declare: `body constant text := ${literal(MESSAGE)};`,
      turn: `
        perform pgmq.send('bench', body::jsonb);
        commit;`,
    },
    send: async (client) => {
      await client.query(`select pgmq.send_batch('bench', $1::jsonb[])`, [MESSAGES]);
      return BATCH;
    },
    take: async (client) => {
      const messages = await client.query(`select * from pgmq.read('bench', 60, ${BATCH})`);
      if (messages.length > 0) await client.query(`select pgmq.delete('bench', $1::bigint[])`, [arrayOf(messages, 0)]);
      return messages.length;
    },
  };
}
