// TypeORM: the manager of a transaction, and a query runner.

import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { typeormTransaction } from '../../../src/typeorm.ts';
import { inSavepoint, type OpenOrm, type OrmTransaction } from './orm.ts';

const openDataSource = (url: string) =>
  new DataSource({ type: 'postgres', url, poolSize: 1, logging: false, poolErrorHandler: () => {} }).initialize();

function ofManager(manager: EntityManager): OrmTransaction {
  return {
    get passed() {
      return typeormTransaction(manager);
    },
    run: (text) => manager.query(text),
    nested: (work) => manager.transaction((inner) => work(ofManager(inner))),
  };
}

export const byManager: OpenOrm = async (url) => {
  const source = await openDataSource(url);
  return {
    transaction: (work, serializable) =>
      source.transaction(serializable ? 'SERIALIZABLE' : 'READ COMMITTED', (manager) => work(ofManager(manager))),
    root: () => typeormTransaction(source.manager),
    close: () => source.destroy(),
  };
};

function ofRunner(runner: QueryRunner): OrmTransaction {
  const transaction: OrmTransaction = {
    get passed() {
      return typeormTransaction(runner);
    },
    run: (text) => runner.query(text),
    nested: (work) => inSavepoint(transaction, work),
  };
  return transaction;
}

export const byQueryRunner: OpenOrm = async (url) => {
  const source = await openDataSource(url);
  return {
    async transaction(work, serializable) {
      const runner = source.createQueryRunner();
      try {
        await runner.startTransaction(serializable ? 'SERIALIZABLE' : 'READ COMMITTED');
        const result = await work(ofRunner(runner));
        await runner.commitTransaction();
        return result;
      } catch (error) {
        if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => {});
        throw error;
      } finally {
        await runner.release();
      }
    },
    root: () => typeormTransaction(source.createQueryRunner()),
    close: () => source.destroy(),
  };
};
