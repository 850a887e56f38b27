// pg itself: BEGIN and COMMIT by hand, and withTransaction.

import pg from 'pg';
import { withTransaction } from '../../../src/index.ts';
import { inSavepoint, type OpenOrm, type Orm, type OrmTransaction } from './orm.ts';

function ofClient(client: pg.PoolClient): OrmTransaction {
  const transaction: OrmTransaction = {
    passed: client,
    run: (text) => client.query(text),
    nested: (work) => inSavepoint(transaction, work),
  };
  return transaction;
}

function poolAt(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  pool.on('error', () => {});
  return pool;
}

export const byHand: OpenOrm = (url) => {
  const pool = poolAt(url);
  return {
    async transaction(work, serializable) {
      const client = await pool.connect();
      client.on('error', ignore);
      let broken = false;
      try {
        await client.query(serializable ? 'begin isolation level serializable' : 'begin');
        const result = await work(ofClient(client));
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback').catch(() => {
          broken = true;
        });
        throw error;
      } finally {
        client.removeListener('error', ignore);
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
};

export const byWithTransaction: OpenOrm = (url): Orm => {
  const pool = poolAt(url);
  return {
    transaction: (work, serializable) =>
      withTransaction(pool, (client) => work(ofClient(client)), serializable ? { isolationLevel: 'serializable' } : {}),
    close: () => pool.end(),
  };
};

function ignore(): void {}
